"""The floor's pages: what any framework of this kind must do for such an answer, and no more."""

from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from tests.bench.floor.models import Post, Topic
from tests.bench.words import RARE


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


SEARCH = {
    "sqlite": "SELECT rowid, snippet(floor_words, 0, '<mark>', '</mark>', '…', 24) FROM floor_words"
    " WHERE floor_words MATCH %s ORDER BY rowid DESC LIMIT 20",
    "postgresql": "SELECT id, ts_headline('simple', html, to_tsquery('simple', %s)) FROM floor_post"
    " WHERE to_tsvector('simple', html) @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT 20",
}


def search(request: HttpRequest) -> HttpResponse:
    """Twenty hits with excerpts by the database alone, their posts joined, through a template."""
    sql = SEARCH[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql, [RARE] * sql.count("%s"))
        excerpts = dict(cursor.fetchall())
    hits = Post.objects.filter(pk__in=excerpts).select_related("author", "topic").order_by("-pk")
    rows = [{"post": post, "excerpt": excerpts[post.pk]} for post in hits]
    return render(request, "hits.html", {"hits": rows})


urlpatterns = [
    path("hello/", hello),
    path("search/", search),
    path("one/<int:pk>/", one_select),
    path("posts/<int:pk>/", posts),
    path("cached/<int:pk>/", cached),
    path("write/<int:pk>/", write),
]
