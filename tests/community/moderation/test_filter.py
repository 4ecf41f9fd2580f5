"""Behaviour 20: the same verdict everywhere, through every disguise, no false positives, every change audited."""
# ruff: noqa: E501  (lists of words read better whole)

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from community.chat import actions as chat
from community.forum import actions as forum
from community.forum.models import Post, Space, Topic
from community.logbook.models import ModerationEntry
from community.markup import hosts, words
from community.moderation import actions, keeper
from community.moderation.models import Case, FilterRule
from portal.accounts import handles, profiles
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid, NotFound
from tests.community.moderation.conftest import AT, make_room, new_key

pytestmark = pytest.mark.django_db


def rule(mod: Member, pattern: str, action: str = "block", **more: Any) -> FilterRule:
    return actions.save_rule(actor=mod, **({"kind": "word", "pattern": pattern, "action": action, "at": AT} | more))


@pytest.fixture
def places(topic: Topic, bob: Member) -> dict[str, Callable[[str], Any]]:
    """Every place in which a member writes, as an act on a text."""
    Member.objects.filter(pk=bob.pk).update(trust_level=2)
    bob.refresh_from_db()
    room, own = make_room(), forum.post_reply(actor=bob, topic=topic.public_id, body="Lời cũ", key="old", at=AT)

    def start(text: str = "", **more: Any) -> Any:
        given = {"title": "Một chuyện bình thường", "body": "Lời bình thường"} | more
        return forum.start_topic(actor=bob, space="phin", key=new_key(), at=AT, **given)

    return {
        "title": lambda text: start(title=f"Chuyện về {text} thôi"),
        "body": lambda text: forum.post_reply(actor=bob, topic=topic.public_id, body=text, key=new_key(), at=AT),
        "tag": lambda text: start(tags=[text]),
        "edit": lambda text: forum.edit_post(
            actor=bob, post=own.public_id, body=text, revision=Post.objects.get(pk=own.pk).revision, at=AT
        ),
        "chat": lambda text: chat.post_message(actor=bob, room_id=room.pk, text=text, key=new_key(), at=AT),
        "bio": lambda text: profiles.tell_about(actor=bob, bio=text, city="", at=AT),
        "city": lambda text: profiles.tell_about(actor=bob, bio="", city=text, at=AT),
        "name": lambda text: handles.change_name(actor=bob, name=f"Bob {text}", at=AT),
    }


@pytest.mark.parametrize("place", ["title", "body", "tag", "edit", "chat", "bio", "city", "name"])
@pytest.mark.parametrize("text", ["viagra", "V I A G R A", "vi\u200bag\u200dra", "ＶＩＡＧＲＡ", "vıаgrа"])
def test_behaviour_20_the_same_verdict_in_every_place_and_disguise(
    places: dict[str, Callable[[str], Any]], mod: Member, place: str, text: str
) -> None:
    rule(mod, "viagra")
    with pytest.raises(Invalid) as refused:
        places[place](text)
    assert refused.value.code == "words_refused"


DISGUISES = (
    "viagra", "VIAGRA", "ViAgRa", "víágrà", "v\u0301iagra", "v i a g r a", "v.i.a.g.r.a", "v-i-a-g-r-a", "v_i_a_g_r_a",
    "v*i*a*g*r*a", "vi\u200bagra", "vi\u00adagra", "via\u2060gra", "v1agra", "v!agra", "vi@gra", "viaaaagra", "ｖｉａｇｒａ",
    "𝓿𝓲𝓪𝓰𝓻𝓪", "ⓥⓘⓐⓖⓡⓐ", "νiаgrа", "mua viagra nhé", "(viagra)", "viagra!!!", "xem.viagra", "rẻ,viagra,tốt", "v  i  a  g  r  a",
)  # fmt: skip


@pytest.mark.parametrize("text", DISGUISES)
def test_behaviour_20_a_word_is_found_through_case_accents_signs_spaces_and_look_alikes(text: str) -> None:
    assert words.Matcher([words.compile_word("viagra")]).hits(text), text


# Words in which a pattern stands inside, or that differ from one only by an accent: none may be found.
RULES = (
    "ass",
    "sex",
    "=cặc",
    "=lồn",
    "=địt",
    "=đĩ",
    "=cứt",
    "cờ bạc",
    "ma túy",
    "hell",
    "tit",
    "cock",
    "rape",
    "=đụ",
    "bố láo",
)
INNOCENT = """
class glass grass brass mass pass assist assume assess assassin classic passage embassy compass bass lasso bassoon massage
Essex Sussex Middlesex sextant sextet unisex sexton Saxon sixteen assoon as soon as sunset ask asset assets hello shell shelf
helium Helsinki Michelle shellac bachelor title titan titanic entitle petite constitution institute attitude altitude titbit
peacock cocktail cockpit hancock shuttlecock woodcock cockatoo babcock grape drape scrape grapefruit therapist trapeze rapeseed
các cạc cắc cấc cạch cắp cặp cặn cặm lớn lợn lờn lơn lòn lon lòng lộn xộn lồng lồn lột đít dịt dít đi đĩa đỉa đì đị địu
địch địa chỉ dĩ nhiên đi chợ đi bộ cút cụt cứ cứng cửa cức cút kít dụ dỗ đu đưa đủ đú đũa đua đuốc cờ vua bạc hà bạc xỉu
cờ đỏ sao vàng lá cờ bạc màu túi vải ma sát ma trận tùy ý túy lúy say túy lúy bố mẹ láo nháo bố trí lao động bố cục láo lếu
cà phê phin trà sen nước suối đun sôi ủ bột bốn mươi lăm giây hạt rang mộc bình thủy phích ấm đất cối xay chảo gang
hương thơm vị chua vị đắng vị ngọt hậu vị đậm nhạt loãng đặc sánh sủi bọt váng dầu lớp crema máy pha giấy lọc bã cà phê
Đà Lạt Cầu Đất Sơn La Tà Xùa Hà Giang Thái Nguyên Tân Cương Buôn Ma Thuột Kon Tum Gia Lai Lâm Đồng Bảo Lộc Phú Thọ Yên Bái
"""
SAMPLES = [part.strip() for line in INNOCENT.strip().splitlines() for part in line.split()]


def test_behaviour_20_two_hundred_innocent_words_are_left_alone() -> None:
    innocent = [word for word in SAMPLES if word != "lồn"]  # in the text once, to keep the list honest
    assert len(innocent) >= 200
    matcher = words.Matcher([words.compile_word(pattern) for pattern in RULES])
    found = {text: [RULES[hit.number] for hit in matcher.hits(text)] for text in innocent}
    assert {text: names for text, names in found.items() if names} == {}


def test_accents_carry_meaning() -> None:
    def found(pattern: str, text: str) -> bool:
        return bool(words.Matcher([words.compile_word(pattern)]).hits(text))

    assert [found("lừa đảo", text) for text in ("lừa đảo", "LỪA ĐẢO", "lua dao", "lừa đao", "lúa đảo")] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert [found("=lừa đảo", text) for text in ("lừa đảo", "lua dao")] == [True, False]
    assert [found("spam*", text) for text in ("spammer", "spam", "antispam")] == [True, True, False]
    assert [found("*casino*", text) for text in ("supercasino88", "ca si nổi")] == [True, False]


@pytest.mark.parametrize(
    "pattern",
    ["", " ", "a", "*", "**", "* *", "=*", "a*", "*ab*"[:3], "ca*si", "the", "cà phê"[:2], "lon", "." * 5, "x" * 101],
)
def test_behaviour_20_a_rule_that_finds_everything_or_too_much_is_refused_when_it_is_saved(
    mod: Member, pattern: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rule(mod, pattern)
    assert refused.value.details["field"] == "pattern"
    assert FilterRule.objects.count() == 0


@pytest.mark.parametrize("pattern", ["com", "*.vn", "com.vn", "không phải", "", "*", "http://"])
def test_a_host_that_is_half_of_the_web_is_refused(mod: Member, pattern: str) -> None:
    with pytest.raises(Invalid):
        rule(mod, pattern, kind="host")


@pytest.mark.parametrize(
    "text",
    [
        "https://spam.example/x", "http://www.spam.example", "HTTPS://SPAM.EXAMPLE", "spam.example", "spam[.]example",
        "https://good.example@spam.example/", "https://spam.example:8080/a", "ｓｐａｍ.example", "[đây](https://a.spam.example)",
    ],
)  # fmt: skip
def test_a_host_is_found_however_it_is_written(mod: Member, text: str) -> None:
    rule(mod, "spam.example", kind="host")
    assert keeper.judge_words({"text": text}).action == "block"


@pytest.mark.parametrize("text", ["notspam.example", "spam.example.org", "bo@spam.exampled", "ngon.la lắm", "một.hai"])
def test_other_hosts_are_left_alone(mod: Member, text: str) -> None:
    rule(mod, "spam.example", kind="host")
    assert keeper.judge_words({"text": text}).action == ""


@pytest.mark.parametrize(
    "text", ["a." * 10_000, "a " * 10_000, "@a" * 10_000, "http://" * 2_800, "casino" * 3_300, "a" * 20_000]
)
def test_no_text_can_make_the_filter_hang(mod: Member, text: str) -> None:
    for pattern in ("*casino*", "viagra", "lừa đảo", "spam*"):
        rule(mod, pattern)
    rule(mod, "spam.example", kind="host")
    begun = time.perf_counter()
    keeper.judge_words({"text": text})
    assert time.perf_counter() - begun < 5
    assert hosts.has_link(text) == text.startswith("http")


# ── What the actions do ─────────────────────────────────────────────────────────────────────────────────────────
def test_covering_and_noting(topic: Topic, bob: Member, mod: Member) -> None:
    rule(mod, "=đếch", "censor")
    rule(mod, "lừa đảo", "flag")
    post = forum.post_reply(actor=bob, topic=topic.public_id, body="Tôi đếch sợ, ai lừa đảo?", key="k", at=AT)
    assert post.source == "Tôi •••• sợ, ai lừa đảo?"
    case = Case.objects.get()
    assert (case.post, case.reports.get().reason, case.reports.get().words) == (post, "filter", "đếch, lừa đảo")
    with pytest.raises(Invalid):
        handles.change_name(actor=bob, name="Bob Đếch", at=AT)


def test_behaviour_20_a_change_is_audited_and_does_not_rewrite_history(
    topic: Topic, bob: Member, mod: Member, manager: Member
) -> None:
    post = forum.post_reply(actor=bob, topic=topic.public_id, body="Bán viagra đây", key="k", at=AT)
    made = rule(mod, "viagra", "hold", note="Quảng cáo")
    changed = rule(mod, "viagra", "block", rule=made.pk, version=1)
    rule(mod, "viagra", "block", rule=made.pk, version=2)
    with pytest.raises(Conflict):
        rule(mod, "viagra", "flag", rule=made.pk, version=1)
    with pytest.raises(NotFound):
        rule(manager, "khác hẳn", "flag")
    actions.drop_rule(actor=mod, rule=changed.pk, at=AT)
    post.refresh_from_db()
    assert (post.source, post.hidden_at) == ("Bán viagra đây", None)
    log = list(ModerationEntry.objects.order_by("pk").values_list("act", "actor", "reason"))
    assert log == [
        ("filter_added", mod.pk, "Quảng cáo"), ("filter_changed", mod.pk, ""), ("filter_removed", mod.pk, ""),
    ]  # fmt: skip
    assert keeper.judge_words({"text": "viagra"}).action == ""


def test_a_rule_counts_from_the_next_word_on_and_costs_one_query(mod: Member, django_assert_num_queries: Any) -> None:
    assert keeper.judge_words({"text": "viagra"}).action == ""
    rule(mod, "viagra")
    assert keeper.judge_words({"text": "viagra"}).action == "block"
    with django_assert_num_queries(1):
        keeper.judge_words({"text": "viagra", "title": "khác"})


def test_the_same_rule_twice_is_refused(mod: Member, space: Space) -> None:
    rule(mod, "viagra")
    with pytest.raises(Invalid) as refused:
        rule(mod, "viagra", "hold")
    assert refused.value.code == "known"
