"""Topics as search engines meet them: the talk in their words, and nothing that a visitor may not read."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from django.test import Client, override_settings

from community.forum import actions, selectors
from community.forum import structured as words
from community.forum.models import Topic
from portal.accounts.models import Member
from tests.community.forum.conftest import AT, TITLE, first, make_space, react, reply, start
from tests.helpers.queries import assert_num_queries_constant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("address")]
CANARY = "CHIM-HOANG-YEN"


@pytest.fixture
def address() -> Any:
    with override_settings(SITE_URL="https://may.example"):
        yield


def body_of(path: str, browser: Client | None = None) -> str:
    response = (browser or Client()).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def structured(body: str) -> list[dict[str, Any]]:
    return [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', body)]


def test_a_topic_says_who_began_it_and_what_was_answered(topic: Topic, alice: Member, bob: Member) -> None:
    answer = reply(bob, topic, "Ủ bột **45 giây**.")
    react(bob, first(topic))
    talk, trail = structured(body_of(topic.get_absolute_url()))
    url = f"https://may.example{topic.get_absolute_url()}"
    assert (talk["@type"], talk["headline"], talk["url"]) == ("DiscussionForumPosting", TITLE, url)
    assert talk["text"] == "Nước vừa sôi, hai phút là hết."
    assert talk["author"] == {"@type": "Person", "name": alice.name}
    assert talk["datePublished"] == "2026-11-20T13:00:00+00:00"
    assert [count["userInteractionCount"] for count in talk["interactionStatistic"]] == [1, 1]
    assert talk["comment"] == [
        {
            "@type": "Comment",
            "url": f"https://may.example/vi/community/posts/{answer.public_id}/",
            "datePublished": "2026-11-20T13:00:00+00:00",
            "author": {"@type": "Person", "name": bob.name},
            "text": "Ủ bột 45 giây.",
        }
    ]
    assert [step["name"] for step in trail["itemListElement"]] == ["Cộng đồng", "Góc phin", TITLE]


def test_every_page_of_a_talk_repeats_its_opening(topic: Topic, bob: Member) -> None:
    for n in range(2, 24):
        reply(bob, topic, f"Lời thứ {n}")
    talk = structured(body_of(f"{topic.get_absolute_url()}?page=2"))[0]
    assert talk["url"] == f"https://may.example{topic.get_absolute_url()}"
    assert talk["text"].startswith("Nước vừa sôi")
    assert [comment["text"] for comment in talk["comment"]] == ["Lời thứ 21", "Lời thứ 22", "Lời thứ 23"]


def test_a_hostile_title_breaks_out_of_nothing(alice: Member, space: Any) -> None:
    title = '</script><script>alert(1)</script> & "trà"'
    hostile = start(alice, title=title, body="Chữ <b>đậm</b> </script>")
    body = body_of(hostile.get_absolute_url())
    assert "<script>alert" not in body
    assert structured(body)[0]["headline"] == title


def test_words_that_were_put_away_are_in_no_block(topic: Topic, bob: Member, mod: Member) -> None:
    hidden = reply(bob, topic, f"Lời {CANARY}")
    actions.hide_post(actor=mod, post=hidden.public_id, reason="Lạc chuyện", at=AT)
    assert CANARY not in body_of(topic.get_absolute_url())


def test_spaces_and_topics_of_members_are_in_no_map(topic: Topic, manager: Member, bob: Member) -> None:
    make_space(CANARY.lower(), read_from_rank=1)
    make_space("nguoi-nha", staff_only=True)
    start(manager, CANARY.lower(), title=f"Chuyện riêng {CANARY}")
    start(manager, "nguoi-nha", title=f"Việc nhà {CANARY}")
    hidden = start(bob, title=f"Chuyện cất đi {CANARY}")
    actions.hide_post(actor=bob, post=first(hidden).public_id, at=AT)
    maps = [body_of(f"/sitemap{name}.xml") for name in ("", "-pages", "-spaces", "-topics-0")]
    assert not [body for body in maps if CANARY.lower() in body.lower() or "nguoi-nha" in body]
    places = {node.text for node in Xml.fromstring(maps[3]).iter() if node.tag.endswith("loc")}
    english = topic.get_absolute_url().replace("/vi/", "/en/")
    assert places == {f"https://may.example{topic.get_absolute_url()}", f"https://may.example{english}"}
    assert "https://may.example/vi/community/spaces/phin/" in maps[2]


def test_topics_are_cut_into_files_that_stay_as_they_are(space: Any, alice: Member) -> None:
    made = [start(alice, title=f"Chuyện số {n} trong ngày") for n in range(5)]
    pks = [topic.pk for topic in made]
    ranges = selectors.topic_ranges(None, 2)
    assert [number for number, _changed in ranges] == sorted({pk // 2 for pk in pks})
    found = [topic.pk for number, _changed in ranges for topic in selectors.topics_in_range(None, number, 2)]
    assert found == pks
    assert Client().get("/sitemap-topics-99.xml").status_code == 404


def test_a_visitors_topic_costs_the_same_for_one_answer_and_for_many(topic: Topic, bob: Member) -> None:
    reply(bob, topic)

    def read() -> None:
        body_of(topic.get_absolute_url())
        body_of("/sitemap-topics-0.xml")

    def grow() -> None:
        for n in range(6):
            reply(bob, topic, f"Lời {n}")
            start(bob, title=f"Chuyện mới {n} nữa")

    assert_num_queries_constant(read, grow)


def test_behaviour_23_a_solved_question_is_said_as_question_and_answer(
    client: Client, space: object, alice: Member, bob: Member
) -> None:
    question = start(alice, kind="question")
    chosen, other = reply(bob, question, "Xay mịn hơn một nấc."), reply(bob, question, "Hay là nước chưa đủ sôi?")
    assert "QAPage" not in client.get(question.get_absolute_url()).content.decode()
    actions.accept_answer(actor=alice, post=chosen.public_id, at=AT, limited=False)
    question.refresh_from_db()
    page = client.get(question.get_absolute_url()).content.decode()
    assert '"@type": "QAPage"' in page or '"@type":"QAPage"' in page
    data = words.solved(question, first(question), chosen, [chosen, other])["mainEntity"]
    assert (data["acceptedAnswer"]["text"], data["answerCount"]) == ("Xay mịn hơn một nấc.", 2)
    assert [one["text"] for one in data["suggestedAnswer"]] == ["Hay là nước chưa đủ sôi?"]
    actions.hide_post(actor=bob, post=chosen.public_id, at=AT)
    assert "QAPage" not in client.get(question.get_absolute_url()).content.decode()
