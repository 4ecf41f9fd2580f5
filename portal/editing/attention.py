"""What needs somebody at the desk, gathered for the first page of the workshop. A constant number of queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, TaskState
from wagtail.permissions import page_permission_policy
from wagtail_localize.models import Translation

from badges import api as badges
from brand.help.selectors import unhelpful
from brand.pages.models import BrandPage
from brand.stories.models import StoryPage
from brand.writing.models import CoverMixin
from portal.accounts.models import Member
from portal.core.clock import day_bounds, programme_day
from portal.editing.selectors import failed_deliveries

SHOWN = 4


@dataclass(frozen=True)
class Item:
    """One thing, by its title and where to mend it; `note` says when or in which language."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Heap:
    """Things of one kind that wait; `items` are the first few of `count`."""

    key: str
    icon: str
    title: Any
    count: int
    items: list[Item] = field(default_factory=list)

    @property
    def rest(self) -> int:
        """How many more there are than are shown."""
        return self.count - len(self.items)


def heaps(member: Member, *, at: datetime) -> list[Heap]:
    """Everything that waits for her, the most pressing first; kinds with nothing are left out."""
    hers = page_permission_policy.instances_user_has_any_permission_for(member, {"change", "publish"})
    found = [
        _waiting(member),
        _going_out(hers, at),
        _drafts(member, hers),
        _unhelpful(hers),
        _out_of_date(hers),
        _without_english(hers),
        _without_alt(hers),
    ]
    found.insert(1, _programme(member))
    if member.is_superuser:
        found.append(_failed())
    return [heap for heap in found if heap.count]


def _edit(page_id: int | str) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page_id])


def _where(revision: Revision) -> str:
    """Where what was handed in is read and decided: a page, or one of the brand's looks."""
    kind = revision.base_content_type
    if kind.model == "page":
        return _edit(revision.object_id)
    return reverse(f"wagtailsnippets_{kind.app_label}_{kind.model}:edit", args=[revision.object_id])


def _heap(key: str, icon: str, title: Any, rows: Iterable[Any], item: Callable[[Any], Item]) -> Heap:
    rows = list(rows)
    return Heap(key, icon, title, len(rows), [item(row) for row in rows[:SHOWN]])


def _page(page: Page) -> Item:
    return Item(page.draft_title or page.title, _edit(page.pk), _tongue(page.locale.language_code))


def _tongue(code: str) -> str:
    """A language as its own speakers call it."""
    name: str = get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]


def _waiting(member: Member) -> Heap:
    rows = TaskState.objects.reviewable_by(member).select_related(
        "revision__base_content_type", "workflow_state__requested_by"
    )
    return _heap(
        "waiting", "glasses", _("Waiting for your reading"), rows.order_by("started_at"),
        lambda row: Item(row.revision.object_str, _where(row.revision), str(row.workflow_state.requested_by or "")),
    )  # fmt: skip


def _programme(member: Member) -> Heap:
    """Changes of the programme, large corrections of points and tiers by hand that this member may decide."""
    drafts, corrections, tiers = badges.to_decide(member)
    rows: list[tuple[str, str, str]] = [
        (str(d.texts.get("vi", {}).get("name") or d.get_kind_display()), reverse("programme_draft", args=[d.pk]),
         str(d.author)) for d in drafts
    ]  # fmt: skip
    rows += [(f"{c.member}: {c.amount:+d}", reverse("programme_corrections"), str(c.author)) for c in corrections]
    rows += [(_("A tier by hand for %(name)s") % {"name": t.member}, reverse("programme_corrections"), str(t.author))
             for t in tiers]  # fmt: skip
    return _heap("programme", "pick", _("Waits for your decision"), rows, lambda row: Item(*row))


def _going_out(hers: QuerySet[Page], at: datetime) -> Heap:
    start, end = day_bounds(programme_day(at))
    rows = Revision.page_revisions.filter(approved_go_live_at__gte=start, approved_go_live_at__lt=end)
    mine = hers.annotate(key=Cast("pk", CharField())).values("key")
    return _heap(
        "going-out", "calendar-alt", _("Goes out today"),
        rows.filter(object_id__in=mine).order_by("approved_go_live_at"),
        lambda row: Item(
            row.object_str, _edit(row.object_id), timezone.localtime(row.approved_go_live_at).strftime("%H:%M")
        ),
    )  # fmt: skip


def _drafts(member: Member, hers: QuerySet[Page]) -> Heap:
    rows = hers.filter(has_unpublished_changes=True, latest_revision__user=member)
    rows = rows.select_related("locale").order_by("-latest_revision_created_at")
    return _heap("drafts", "edit", _("Your drafts"), rows, _page)


def _out_of_date(hers: QuerySet[Page]) -> Heap:
    """Translations that say what their source no longer says: it was published since its words were taken over, or
    they were taken over and the public still reads the old translation."""
    key = {"translation_key": OuterRef("source__object_id")}
    sources = Page.objects.filter(locale_id=OuterRef("source__locale_id"), **key)
    written = Page.objects.filter(locale_id=OuterRef("target_locale_id"), **key)
    rows = Translation.objects.filter(enabled=True).annotate(
        page=Subquery(sources.values("pk")[:1]),
        told_at=Subquery(sources.values("last_published_at")[:1]),
        target=Subquery(written.values("pk")[:1]),
        out_at=Subquery(written.filter(live=True).values("last_published_at")[:1]),
    )
    to_take_over = Q(told_at__gt=F("source__last_updated_at"))
    to_bring_out = Q(out_at__lt=F("source__last_updated_at"))
    rows = rows.filter(to_take_over | to_bring_out, page__in=hers.values("pk"), target__isnull=False)
    return _heap(
        "out-of-date", "rotate", _("Translations out of date"),
        rows.select_related("source", "target_locale").order_by("-told_at"),
        lambda row: Item(row.source.object_repr, _where_to_mend(row), _tongue(row.target_locale.language_code)),
    )  # fmt: skip


def _unhelpful(hers: QuerySet[Page]) -> Heap:
    """Help pages that readers came to in vain. What they wrote stands in the report; here is where to write anew."""
    return _heap(
        "unhelpful", "help", _("Answers that did not help"), unhelpful(hers),
        lambda row: Item(
            row[0].title, _edit(row[0].pk), _now("%(no)s of %(all)s said no") % {"no": row[1], "all": row[2]}
        ),
    )  # fmt: skip


def _where_to_mend(row: Any) -> str:
    if row.told_at and row.told_at > row.source.last_updated_at:
        return reverse("wagtail_localize:update_translations", args=[row.source_id])
    return _edit(row.target)


def _stories(hers: QuerySet[Page]) -> "QuerySet[StoryPage]":
    live = StoryPage.objects.live().filter(page_ptr_id__in=hers.values("pk"))
    return live.select_related("locale").order_by("-told_on")


def _without_english(hers: QuerySet[Page]) -> Heap:
    english = Page.objects.filter(locale__language_code="en", alias_of=None).values("translation_key")
    rows = _stories(hers).filter(locale__language_code="vi").exclude(translation_key__in=english)
    return _heap(
        "no-english", "wagtail-localize-language", _("Stories without English"), rows,
        lambda page: Item(page.title, reverse("wagtail_localize:submit_page_translation", args=[page.pk])),
    )  # fmt: skip


def _without_alt(hers: QuerySet[Page]) -> Heap:
    bare = Q()
    for model in _covered():
        bare |= Q(**{f"{model._meta.model_name}__cover__isnull": False, f"{model._meta.model_name}__cover_alt": ""})
    rows = hers.filter(bare, live=True).select_related("locale").order_by("-last_published_at")
    return _heap("no-alt", "image", _("Covers that nobody describes"), rows, _page)


def _covered() -> list[type[Page]]:
    """Every kind of page that has a cover."""
    kinds = [StoryPage, *BrandPage.__subclasses__()]
    return [kind for kind in kinds if issubclass(kind, CoverMixin)]


def _failed() -> Heap:
    return _heap(
        "failed", "warning", _("Deliveries that failed"), failed_deliveries(),
        lambda row: Item(row.event.name, reverse("desk_deliveries"), row.subscriber),
    )  # fmt: skip
