"""A translation goes the way of every page: handed in, read by another person, brought out.

The translation room knows one act only, to publish: who may not, could never hand in, and who reads could not decide.
"""

from django.db import transaction
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from brand.writing.slugs import page_slug
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden
from portal.editing.selectors import missing_passages, own_words

DECISIONS = ("approve", "reject")


@transaction.atomic
def hand_in(*, actor: Member, translation: Translation) -> int:
    """Writes what was translated into the page's draft and hands it in; returns how many passages are still missing.

    Raises Forbidden without the right to edit, Conflict while it waits already, ValidationError for words the page
    refuses. Side effects: a revision, the workflow's state, notices to its readers.
    """
    page = _locked_page(translation)
    rights = page.permissions_for_user(actor)
    if not rights.can_edit():
        raise Forbidden
    if not rights.can_submit_for_moderation():
        raise Conflict
    name_address(actor=actor, translation=translation)
    translation.save_target(user=actor, publish=False)
    page = Page.objects.get(pk=page.pk).specific
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(actor)
    else:
        page.get_workflow().start(page, actor)
    return missing_passages(translation)


@transaction.atomic
def take_back(*, actor: Member, translation: Translation) -> None:
    """Ends the waiting, so that she can go on writing. Raises Conflict when nothing waits, Forbidden for a stranger."""
    state = _locked_page(translation).current_workflow_state
    if state is None:
        raise Conflict
    if not state.user_can_cancel(actor):
        raise Forbidden
    state.cancel(user=actor)


@transaction.atomic
def decide(*, actor: Member, translation: Translation, decision: str, comment: str) -> None:
    """Approves what was handed in, which brings it out, or sends it back with a word.

    Raises Conflict when it waits no more, Forbidden for one's own words and for who is no reader of this step.
    """
    page = _locked_page(translation)
    waiting = page.current_workflow_task_state
    if waiting is None:
        raise Conflict
    step = waiting.task.specific
    if decision not in DECISIONS or decision not in {name for name, *_rest in step.get_actions(page, actor)}:
        raise Forbidden
    step.on_action(waiting, actor, decision, comment=comment)


@transaction.atomic
def name_address(*, actor: Member, translation: Translation) -> None:
    """Lets the address of a page that was never public follow its translated title, unless somebody wrote another.

    Without it an English page would keep its Vietnamese address for ever. Idempotent.
    """
    page = translation.get_target_instance()
    words = own_words(translation, "title")
    if page.first_published_at is not None or not words or own_words(translation, "slug"):
        return
    for segment in StringSegment.objects.filter(source=translation.source, context__path="slug"):
        StringTranslation.objects.get_or_create(
            translation_of_id=segment.string_id, context_id=segment.context_id, locale=translation.target_locale,
            defaults={"data": page_slug(words), "last_translated_by": actor},
        )  # fmt: skip


def _locked_page(translation: Translation) -> Page:
    """The translated page, held until the end of the transaction: of two decisions one comes too late."""
    page = Page.objects.select_for_update().get(
        translation_key=translation.source.object_id, locale=translation.target_locale
    )
    return page.specific
