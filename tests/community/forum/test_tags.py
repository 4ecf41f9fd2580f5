"""Tags: one word however it is spelled, at most five, made by who is known, and no trace of what is closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from community.forum import actions, texts
from community.forum.models import Post, Tag, Topic
from community.forum.selectors import tags
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Invalid
from tests.community.forum.conftest import AT, first, make_space, new_key, start

pytestmark = pytest.mark.django_db


def names(topic: Topic) -> set[str]:
    return {tag.name for tag in topic.tags.all()}


def test_one_tag_however_it_is_spelled(space: Any, alice: Member) -> None:
    start(alice, tags=["Cà phê Vợt", "Đắk Lắk"])
    again = start(alice, title="Một chuyện khác hẳn", tags=["ca phe vot", "CÀ-PHÊ VỢT", "  đắk   lắk "])
    assert names(again) == {"Cà phê Vợt", "Đắk Lắk"}
    assert set(Tag.objects.values_list("slug", flat=True)) == {"ca-phe-vot", "dak-lak"}


@pytest.mark.parametrize("bad", [["x"], ["x" * 31], ["…!"], [f"thẻ {n}" for n in range(6)]])
def test_a_tag_that_cannot_be_one_is_refused_beside_its_field(bad: list[str], space: Any, alice: Member) -> None:
    with pytest.raises(Invalid) as refused:
        start(alice, tags=bad)
    assert refused.value.details["field"] == "tags"
    assert not Topic.objects.exists()


def test_a_newcomer_chooses_and_who_is_known_makes_tags(space: Any, alice: Member, bob: Member, mod: Member) -> None:
    given = {"space": "phin", "body": "Kể nghe một chuyện", "at": AT, "tags": ["phin"]}
    with pytest.raises(Invalid) as refused:
        actions.start_topic(actor=alice, title="Chuyện của người mới", key=new_key(), **given)
    assert refused.value.code == "unknown_tag"
    actions.start_topic(actor=mod, title="Chuyện của người nhà", key=new_key(), **given)
    made = actions.start_topic(actor=alice, title="Chuyện của người mới", key=new_key(), **given)
    assert names(made) == {"phin"}
    Member.objects.filter(pk=bob.pk).update(trust_level=1)
    bob.refresh_from_db()
    made = actions.start_topic(
        actor=bob, title="Chuyện của người quen", key=new_key(), **(given | {"tags": ["robusta"]})
    )
    assert names(made) == {"robusta"}


def test_tags_are_chosen_in_the_form_and_changed_by_an_edit(space: Any, signed_in: Any, mod: Member) -> None:
    browser = signed_in(mod)
    form = {"title": "Phin nhôm hay phin inox", "body": "Nhà mình dùng gì?", "key": "k-form-1", "tags": "phin, Inox"}
    answer = browser.post("/vi/community/spaces/phin/new/", form)
    topic = Topic.objects.get()
    assert answer.url == topic.get_absolute_url()
    assert names(topic) == {"phin", "Inox"}
    edit = f"/vi/community/posts/{first(topic).public_id}/edit/"
    assert "phin" in browser.get(edit).content.decode()
    same = {"title": form["title"], "body": form["body"], "revision": "1"}
    browser.post(edit, same | {"tags": "inox"})
    assert (names(topic), Post.objects.get().revision) == ({"Inox"}, 1)  # the words did not change
    browser.post(edit, same)  # an older page without the field takes nothing away
    assert names(topic) == {"Inox"}
    refused = browser.post(edit, same | {"tags": "a,b,c"})
    assert refused.status_code == 422
    assert 'name="tags"' in refused.content.decode()


def test_tags_of_closed_rooms_leave_no_trace(space: Any, client: Client, signed_in: Any, manager: Member) -> None:
    make_space("kin", staff_only=True)
    start(manager, "kin", tags=["mật danh", "phin"])
    topic = start(manager, tags=["phin"])
    assert [(one.tag.name, one.count) for one in tags.tags_for(None)] == [("phin", 1)]
    assert {(one.tag.name, one.count) for one in tags.tags_for(manager)} == {("phin", 2), ("mật danh", 1)}
    assert tags.suggestions(None, "mat") == []
    assert client.get("/vi/community/tags/mat-danh/").status_code == 404
    assert signed_in(manager).get("/vi/community/tags/mat-danh/").status_code == 200
    actions.hide_post(actor=manager, post=first(topic).public_id, at=now())
    assert tags.tags_for(None) == []
    assert client.get("/vi/community/tags/phin/").status_code == 404


def test_suggestions_fold_and_put_beginnings_first(space: Any, alice: Member) -> None:
    start(alice, tags=["cà phê vợt", "nước phèn", "phin", "ấm đất"])
    assert [tag.name for tag in tags.suggestions(None, "PHÍ")] == ["phin"]
    assert [tag.name for tag in tags.suggestions(None, "ph")] == ["phin", "cà phê vợt", "nước phèn"]
    assert [tag.name for tag in tags.suggestions(None, "dat")] == ["ấm đất"]


def test_a_tag_has_an_address_of_plain_letters() -> None:
    assert (texts.tag_slug("Ấm đất"), texts.tag_slug("C++"), texts.tag_slug("日本")) == ("am-dat", "c", "tag")
