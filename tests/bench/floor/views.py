"""The floor's pages: what any framework of this kind must do for such an answer, and no more."""

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from tests.bench.floor.models import Post, Topic


def hello(request: HttpRequest) -> HttpResponse:
    """Twelve bytes."""
    return HttpResponse("Hello, world")


def one_select(request: HttpRequest, pk: int) -> HttpResponse:
    """One row through a small template."""
    return render(request, "one.html", {"topic": Topic.objects.get(pk=pk)})


def _page(pk: int) -> dict[str, Any]:
    return {
        "topic": Topic.objects.get(pk=pk),
        "posts": Post.objects.filter(topic_id=pk).select_related("author").order_by("id")[:20],
    }


def posts(request: HttpRequest, pk: int) -> HttpResponse:
    """Twenty joined posts through a template."""
    return render(request, "posts.html", _page(pk))


def cached(request: HttpRequest, pk: int) -> HttpResponse:
    """The same bytes from this process's memory."""
    body = cache.get(pk)
    if body is None:
        body = render(request, "posts.html", _page(pk)).content
        cache.set(pk, body, 600)
    return HttpResponse(body)


def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A row in, a counter up, committed."""
    with transaction.atomic():
        Post.objects.create(topic_id=pk, author_id=1, html=request.POST["body"], created_at=timezone.now())
        Topic.objects.filter(pk=pk).update(reply_count=F("reply_count") + 1)
    return HttpResponse("ok")


urlpatterns = [
    path("hello/", hello),
    path("one/<int:pk>/", one_select),
    path("posts/<int:pk>/", posts),
    path("cached/<int:pk>/", cached),
    path("write/<int:pk>/", write),
]
