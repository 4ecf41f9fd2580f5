"""Members' pictures, handed out to whoever may read the post that shows them."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from community.forum import around
from community.forum.pictures import storage
from portal.accounts.viewers import viewer
from portal.core.errors import NotFound


@require_safe
def picture(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One picture. A browser may keep it and must ask again: a post that is hidden takes its pictures along."""
    try:
        found = around.get_upload_for(viewer(request), public_id)
        file = storage().open(found.file)
    except (NotFound, FileNotFoundError):
        return HttpResponse(status=404)
    tag = f'"{found.public_id}"'
    answer: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        file.close()
        answer = HttpResponseNotModified()
    else:
        answer = FileResponse(file, content_type="image/webp", filename=f"{found.public_id}.webp")
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
