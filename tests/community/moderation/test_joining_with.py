"""Looking for the topic that shall take the posts of another: without scripts, and never beyond one's rights."""

from __future__ import annotations

import re
from typing import Any

import pytest

from community.forum import actions, finding
from community.forum.models import Space, Topic
from portal.accounts.models import Member
from portal.core.finding import ask
from tests.community.forum.conftest import make_space, reply, start
from tests.community.moderation.conftest import AT
from tests.community.moderation.test_merging import LATER, merge, now, other  # noqa: F401
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def test_a_moderator_looks_for_the_other_topic_and_chooses_it_without_scripts(
    topic: Topic, other: Topic, mod: Member, signed_in: Any
) -> None:
    url, browser = f"/vi/community/topics/{other.public_id}/do/merge/", signed_in(mod)
    option = f'name="choice" value="{topic.public_id}"'
    assert option in browser.get(url).content.decode()  # the latest of the space, before anything is asked
    page = browser.get(url + "?q=phin chay qua").content.decode()
    assert option in page
    assert other.public_id not in re.findall(r'name="choice" value="(\w+)"', page)
    assert option not in browser.get(url + "?q=khongcotunaonhuthe").content.decode()
    kept = browser.get(url + f"?q=khongcotunaonhuthe&into={topic.public_id}").content.decode()
    assert f"{option} checked" in kept
    sent = {"version": now(other).version, "choice": topic.public_id, "into": ""}
    again = browser.post(url + "?q=phin", sent | {"reason": ""})
    assert again.status_code == 422
    assert f"{option} checked" in again.content.decode()
    done = browser.post(url, sent | {"reason": "Cùng một chuyện"})
    assert (done.status_code, done["Location"]) == (302, topic.get_absolute_url())


def test_a_topic_is_found_by_words_of_its_answers_too_but_titles_come_first(
    topic: Topic, other: Topic, bob: Member, space: Space, mod: Member
) -> None:
    given = start(bob, title="Hỏi chuyện khác hẳn", body="Không có gì.", at=LATER)
    reply(bob, topic, "Cái ấm Xay thô cũng được.", at=LATER)
    entitled = start(bob, title="Xay thô bằng cối đá", body="Mỏi tay.", at=LATER)
    found = finding.topics_to_join(mod, given, ask("xay thô"), limit=8)
    assert (found[0], set(found)) == (entitled, {entitled, topic, other})


def test_neither_what_she_may_not_see_nor_what_may_not_take_posts_is_offered(
    topic: Topic, other: Topic, alice: Member, mod: Member, bob: Member, signed_in: Any
) -> None:
    url = f"/vi/community/topics/{other.public_id}/do/merge/"
    closed = start(mod, title="Phin chảy trong phòng kín", body="Phin kín.", space=make_space("kin").code)
    Space.objects.filter(code="kin").update(live=False)
    away = start(bob, title="Phin chảy đã bị cất đi", body="Phin cất.")
    actions.hide_post(actor=mod, post=away.posts.get(number=1).public_id, reason="Không hợp", at=AT)
    joined = start(bob, title="Phin chảy đã nhập rồi", body="Phin nhập.")
    merge(mod, joined, topic)
    for question in ("", "?q=phin", "?q=phin chay"):
        page = signed_in(mod).get(url + question).content.decode()
        assert re.findall(r'name="choice" value="(\w+)"', page) == [topic.public_id]
    for hidden in (closed, away, joined):
        page = signed_in(mod).get(f"{url}?into={hidden.public_id}").content.decode()
        assert (hidden.title in page, f'value="{hidden.public_id}"' in page) == (False, False)
        said = signed_in(mod).get(f"{url}suggest/?q=phin").content.decode()
        assert (topic.public_id in said, hidden.public_id in said) == (True, False)
    assert finding.topics_to_join(alice, other, ask("phin"), limit=8) == []
    assert finding.topic_to_join(alice, other, topic.public_id) is None
    for person in (alice, bob):
        assert signed_in(person).get(f"{url}suggest/?q=phin").status_code == 403


def test_a_topic_chosen_and_another_typed_is_asked_again_and_neither_too(
    topic: Topic, other: Topic, bob: Member, mod: Member, signed_in: Any
) -> None:
    url, browser = f"/vi/community/topics/{other.public_id}/do/merge/", signed_in(mod)
    third = start(bob, title="Chuyện thứ ba ở đây", body="Lời thứ ba.")
    sent = {"version": now(other).version, "reason": "Cùng một chuyện"}
    for named in ({"choice": topic.public_id, "into": third.get_absolute_url()}, {"choice": "", "into": " "}):
        assert browser.post(url, sent | named).status_code == 422
    assert now(other).merged_into is None
    both = {"choice": topic.public_id, "into": topic.get_absolute_url()}
    assert browser.post(url, sent | both).status_code == 302


def test_topics_to_choose_from_cost_the_same_for_one_and_for_many(
    topic: Topic, other: Topic, bob: Member, mod: Member, signed_in: Any
) -> None:
    url, browser = f"/vi/community/topics/{other.public_id}/do/merge/?q=phin", signed_in(mod)

    def grow() -> None:
        for n in range(5):
            start(bob, title=f"Phin chảy kiểu thứ {n}", body="Phin.", at=LATER)

    assert_num_queries_constant(lambda: browser.get(url).content, grow)
