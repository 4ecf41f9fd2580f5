"""The ladder's form in the workshop: what was typed stays, what stands in the way is linked, a stale page is a 409."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from badges.programme import actions
from badges.programme.models import Draft
from badges.tiers.models import Tier
from badges.tiers.selectors import ladder
from portal.accounts.models import Member
from portal.core.clock import now
from portal.events import relay
from tests.community.forum.conftest import make_space

pytestmark = pytest.mark.django_db
BEGIN = "/admin/programme/tiers/ladder/change/"


def form(**changes: str) -> dict[str, str]:
    """The form as the browser sends it, with the four tiers of a new site."""
    given: dict[str, str] = {}
    for tier in ladder("vi"):
        given |= {
            f"threshold:{tier.code}": str(tier.threshold), f"percent:{tier.code}": str(tier.percent),
            f"name_vi:{tier.code}": tier.name, f"name_en:{tier.code}": tier.code.title(),
            f"perks_vi:{tier.code}": "Một tách trà", f"perks_en:{tier.code}": "A cup of tea",
        }  # fmt: skip
    return given | {"percent:new": "150", "mark:new": "cloud"} | changes


def with_summit(**changes: str) -> dict[str, str]:
    added = {
        "adds": "on", "code:new": "", "threshold:new": "5000", "percent:new": "175", "mark:new": "tree",
        "name_vi:new": "Đỉnh mây", "name_en:new": "Sky High", "perks_vi:new": "Một mùa ở nương",
        "perks_en:new": "A season at the farm",
    }  # fmt: skip
    return form(**(added | changes))


def test_a_tier_is_written_handed_in_approved_and_seen(
    manager: Member, approver: Member, alice: Member, signed_in: Any
) -> None:
    desk = signed_in(manager)
    page = desk.get(BEGIN).content.decode()
    assert "tier-cloud" in page
    assert "tier-tree" in page
    assert desk.post(BEGIN, with_summit()).status_code == 302
    draft = Draft.objects.get()
    assert draft.content["adds"] == {"code": "sky-high", "mark": "tree"}  # made from the English name
    again = desk.get(f"/admin/programme/drafts/{draft.pk}/").content.decode()
    for kept in ('value="Đỉnh mây"', 'value="sky-high"', 'value="5000"', "Một mùa ở nương"):
        assert kept in again
    assert not Tier.objects.filter(code="sky-high").exists()
    draft = actions.hand_in_draft(actor=manager, draft_id=draft.pk, version=draft.version, at=now())
    actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=now())
    relay.drain()
    seen = signed_in(alice).get(reverse("badges:tier"))
    assert seen.status_code == 200
    assert "Đỉnh mây" in seen.content.decode()
    assert "icons.svg#tier-tree" in seen.content.decode()
    assert "Đỉnh mây" in desk.get("/admin/forum/spaces/new/").content.decode()
    assert "Đỉnh mây" in desk.get("/admin/chat/rooms/new/").content.decode()
    assert 'name="threshold:sky-high"' in desk.get(BEGIN).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"threshold:new": "2999"}, "threshold:new"), ({"code:new": "gold"}, "code:new"),
        ({"name_en:new": "", "code:new": "sky"}, "name_en:new"), ({"adds": ""}, "adds"), ({"takes": "on"}, "takes"),
    ],
)  # fmt: skip
def test_what_was_typed_stays_beside_the_reason(
    manager: Member, signed_in: Any, changes: dict[str, str], field: str
) -> None:
    answer = signed_in(manager).post(BEGIN, {k: v for k, v in with_summit(**changes).items() if v or k != "adds"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert 'value="Đỉnh mây"' in page
    assert "A season at the farm" in page
    assert not Draft.objects.exists()


def test_taking_away_is_refused_with_links_to_what_asks_for_it(manager: Member, signed_in: Any) -> None:
    desk = signed_in(manager)
    assert 'name="takes"' in desk.get(BEGIN).content.decode()
    make_space("kim", read_from_rank=3)
    page = desk.get(BEGIN).content.decode()
    assert 'name="takes"' not in page  # the reason stands in its place
    answer = desk.post(BEGIN, form(takes="on"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["takes"]
    for shown in (page, answer.content.decode()):
        assert '<a href="/admin/forum/spaces/kim/"' in shown


def test_an_approval_that_came_too_late_names_the_place(manager: Member, approver: Member, signed_in: Any) -> None:
    desk = signed_in(manager)
    assert desk.post(BEGIN, form(takes="on")).status_code == 302
    draft = Draft.objects.get()
    assert draft.content["takes"] == "diamond"
    assert "checked" in desk.get(f"/admin/programme/drafts/{draft.pk}/").content.decode()
    draft = actions.hand_in_draft(actor=manager, draft_id=draft.pk, version=draft.version, at=now())
    make_space("kim", write_from_rank=3)
    sent = {"step": "approve", "version": str(draft.version)}
    answer = signed_in(approver).post(f"/admin/programme/drafts/{draft.pk}/step/", sent)
    assert answer.status_code == 422
    assert '<a href="/admin/forum/spaces/kim/"' in answer.content.decode()
    assert len(ladder("vi")) == 4


def test_a_page_that_was_open_while_the_draft_changed_is_answered_409_and_keeps_its_words(
    manager: Member, signed_in: Any
) -> None:
    desk = signed_in(manager)
    desk.post(BEGIN, with_summit())
    draft = Draft.objects.get()
    address = f"/admin/programme/drafts/{draft.pk}/"
    assert desk.post(address, with_summit(version=str(draft.version))).status_code == 302
    answer = desk.post(address, with_summit(version=str(draft.version), **{"name_vi:new": "Mây Cao"}))
    assert answer.status_code == 409
    assert 'value="Mây Cao"' in answer.content.decode()


def test_a_place_keeps_a_rank_that_is_no_tier_any_more(manager: Member, signed_in: Any) -> None:
    space = make_space("cu", read_from_rank=6)
    desk = signed_in(manager)
    page = desk.get("/admin/forum/spaces/cu/").content.decode()
    assert '<option value="6" selected>' in page
    sent = {
        "code": "cu", "scope": space.scope_id, "name_vi": "Góc cũ", "position": "1", "read_from_rank": "6",
        "write_from_rank": "0", "live": "on",
    }  # fmt: skip
    assert desk.post("/admin/forum/spaces/cu/", sent).status_code == 302
    assert desk.post("/admin/forum/spaces/cu/", sent | {"read_from_rank": "5"}).status_code in (200, 422)
    space.refresh_from_db()
    assert space.read_from_rank == 6
    assert "6" in desk.get("/admin/forum/spaces/").content.decode()
