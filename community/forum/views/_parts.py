"""What several views of the forum share: where a post stands, and a refusal put into its form."""

from community.forum import selectors
from community.forum.forms import ForumForm
from community.forum.models import Post
from portal.core.errors import DomainError, NotFound, SignInRequired, Waits


def place(post: Post) -> str:
    """Where a post stands: page and anchor."""
    number = selectors.page_of(post.number)
    page = f"?page={number}" if number > 1 else ""
    return f"{post.topic.get_absolute_url()}{page}#post-{post.public_id}"


def refuse(form: ForumForm, error: DomainError) -> int:
    """Puts a refusal into the form, which comes back with all that was typed; what nobody may know of passes on."""
    if isinstance(error, NotFound | SignInRequired | Waits):
        raise error
    form.refuse(error)
    return error.status
