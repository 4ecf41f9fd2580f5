"""Finding talks: Vietnamese as it is typed, rights inside the query, an index that follows every act."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from community import api
from community.api import Narrowed
from community.forum import actions, finding, index
from community.forum.finding import readable
from community.forum.models import Post, PostWords, Space, Topic
from portal.accounts.models import Member
from portal.core import finding as questions
from portal.core import loosening
from portal.core.finding import Holds, Part, ask, holding
from portal.core.personal_data import data_types
from tests.community.forum.conftest import AT, first, make_space, reply, set_rank, start
from tests.helpers.queries import assert_num_queries_constant

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def titles(query: str, viewer: Member | None = None, **narrowed) -> list[str]:
    found = api.find_talks(viewer, ask(query), Narrowed(**narrowed), limit=20)
    assert found.total >= len(found.rows)
    return [row.topic.title for row in found.rows]


def suggested(query: str, viewer: Member | None = None) -> list[str]:
    return [row.topic.title for row in api.suggest_topics(viewer, ask(query), limit=8)]


def stored() -> dict[int, tuple[str, ...]]:
    rows = PostWords.objects.values_list("pk", "title_fold", "title_exact", "body_fold", "body_exact")
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    "typed", ["xit chong nang", "XỊT CHỐNG NẮNG", unicodedata.normalize("NFD", "xịt chống nắng"), "chong", "nắng xịt"]
)
def test_behaviour_21_every_spelling_finds_the_same_words(space: Space, alice: Member, typed: str) -> None:
    start(alice, title="Xịt chống nắng loại nào hợp da dầu")
    start(alice, title="Chuyện mưa phùn đầu tháng ba")
    assert titles(typed) == ["Xịt chống nắng loại nào hợp da dầu"]


def test_behaviour_21_words_without_accents_find_those_with(space: Space, alice: Member) -> None:
    start(alice, title="Ủ bột bao lâu thì vừa", body="Bốn mươi giây là **được** rồi.")
    assert titles("duoc") == ["Ủ bột bao lâu thì vừa"]
    assert titles("được") == ["Ủ bột bao lâu thì vừa"]


def test_behaviour_21_the_very_accents_come_first(space: Space, alice: Member) -> None:
    start(alice, title="Bán ấm đất còn mới tinh", body="Ba má gửi lên.", at=AT)
    start(alice, title="Mà ai nấy đều ngủ muộn", body="Ma quái chi mô.", at=AT + timedelta(days=3))
    assert titles("má") == ["Bán ấm đất còn mới tinh", "Mà ai nấy đều ngủ muộn"]
    assert titles("mà") == ["Mà ai nấy đều ngủ muộn", "Bán ấm đất còn mới tinh"]
    assert titles("ma") == ["Mà ai nấy đều ngủ muộn", "Bán ấm đất còn mới tinh"]


def test_behaviour_21_words_of_one_and_two_letters_are_found(space: Space, alice: Member) -> None:
    start(alice, title="Ý nghĩa của chữ Ổ trong ổ bánh", body="Ổ là tổ.")
    assert titles("ổ") == ["Ý nghĩa của chữ Ổ trong ổ bánh"]
    assert titles("o") == ["Ý nghĩa của chữ Ổ trong ổ bánh"]
    assert titles("ý") == ["Ý nghĩa của chữ Ổ trong ổ bánh"]


def test_behaviour_21_titles_and_words_side_by_side_come_first(space: Space, alice: Member) -> None:
    start(alice, title="Hôm nay trời lạnh quá chừng", body="Phê quá, uống cà một ly.", at=AT + timedelta(days=2))
    start(alice, title="Sáng nay làm một ly gì đây", body="Cho ly cà phê nóng.", at=AT + timedelta(days=1))
    start(alice, title="Cà phê vợt hay cà phê phin", body="Cãi cho vui.", at=AT)
    expected = ["Cà phê vợt hay cà phê phin", "Sáng nay làm một ly gì đây", "Hôm nay trời lạnh quá chừng"]
    assert titles("ca phe") == expected
    assert titles("cà phê") == expected
    assert titles('"cà phê"') == expected[:2]


def test_behaviour_21_counts_hold_only_what_the_viewer_may_read(
    space: Space, alice: Member, bob: Member, mod: Member
) -> None:
    make_space("kin", read_from_rank=1)
    make_space("nha", staff_only=True)
    open_topic = start(alice, title="Trà sen Hồ Tây năm nay")
    start(mod, "kin", title="Trà sen của hạng Bạc thôi")
    start(mod, "nha", title="Trà sen bàn nội bộ trong nhà")
    hidden = start(alice, title="Trà sen này đã bị cất đi")
    actions.hide_post(actor=mod, post=first(hidden).public_id, reason="Quảng cáo", at=AT)
    silver = set_rank(bob, 1)
    for viewer, number in ((None, 1), (alice, 1), (silver, 2), (mod, 3)):
        found = api.find_talks(viewer, ask("trà sen"), Narrowed(), limit=1)
        assert (found.total, len(found.rows)) == (number, 1)
        assert len(suggested("trà se", viewer)) == number
    assert titles("trà sen", alice) == [open_topic.title]


def test_a_closed_place_holds_nothing_like_one_that_is_not_there(space: Space, alice: Member, mod: Member) -> None:
    make_space("kin", staff_only=True)
    start(mod, "kin", title="Trà sen bàn trong nhà thôi")
    assert titles("trà sen", alice, space="kin") == titles("trà sen", alice, space="khong-co") == []
    assert titles("", alice, space="kin") == titles("", alice, space="khong-co") == []
    assert [found.code for found in api.find_spaces(alice, ask("kin"))] == []
    assert [found.code for found in api.find_spaces(mod, ask("kin"))] == ["kin"]


def test_filters_narrow_together(space: Space, alice: Member, bob: Member) -> None:
    make_space("tra")
    one = start(alice, title="Pha phin buổi sáng sớm", tags=["Phin", "pha"], at=AT)
    start(alice, "tra", title="Pha phin buổi chiều muộn", at=AT + timedelta(days=4))
    reply(bob, one, "Tôi pha bằng phin của ông nội.", at=AT + timedelta(days=2))
    both = ["Pha phin buổi chiều muộn", "Pha phin buổi sáng sớm"]
    assert titles("phin") == both
    assert titles("phin", space="tra") == both[:1]
    assert titles("phin", author=bob.standing.name) == both[1:]
    assert titles("phin", author=bob.public_id, space="tra") == []
    assert titles("phin", tag="phin") == both[1:]
    day = AT.date()
    assert titles("phin", after=day + timedelta(days=3)) == both[:1]
    assert titles("phin", before=day + timedelta(days=3), after=day + timedelta(days=1)) == both[1:]
    assert titles("", before=date(2020, 1, 1)) == []
    assert titles("", tag="pha") == both[1:]


def test_a_topic_comes_once_with_its_best_post_and_how_many_more(space: Space, alice: Member, bob: Member) -> None:
    topic = start(alice, title="Hỏi chuyện nước pha trà ngon", body="Nước mưa hay nước giếng?")
    reply(bob, topic, "Nước suối Tà Xùa là nhất.")
    reply(bob, topic, "Suối thì xa quá.")
    (row,) = api.find_talks(None, ask("suối tà xùa"), Narrowed(), limit=5).rows
    assert (row.words, row.others) == ("Nước <mark>suối Tà Xùa</mark> là nhất.", 0)
    (row,) = api.find_talks(None, ask("suối"), Narrowed(), limit=5).rows
    assert row.others == 1


def test_where_nothing_holds_it_all_some_of_it_is_found_loosely(space: Space, alice: Member) -> None:
    start(alice, title="Phin nhôm hay phin inox đây")
    start(alice, title="Chuyện mèo nhà tôi đi lạc")
    assert titles("làm sao mua phin titan") == []
    loose = api.find_talks(None, ask("làm sao mua phin titan"), Narrowed(), limit=5, loose=True)
    assert [row.topic.title for row in loose.rows] == ["Phin nhôm hay phin inox đây"]


def test_what_others_said_is_found_where_they_said_it(space: Space, alice: Member, bob: Member) -> None:
    topic = start(alice, title="Nói chuyện gì cũng được nhé", body="Con trâu đi trước.")
    reply(bob, topic, "> Con trâu đi trước.\n\nCái cày theo sau.")
    (row,) = api.find_talks(None, ask("con trâu"), Narrowed(), limit=5).rows
    assert (row.post.number, row.others) == (1, 0)


# ── The index follows ───────────────────────────────────────────────────────────────────────────────────────────
def everything(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    """Every act that changes what can be found."""
    answer = reply(bob, topic, "Lời này có chữ ngôsao riêng.")
    gone = reply(bob, topic, "Lời này rồi sẽ biến mất.")
    back = reply(bob, topic, "Lời này đi rồi lại về.")
    actions.hide_post(actor=mod, post=gone.public_id, reason="Quảng cáo", at=AT)
    actions.hide_post(actor=bob, post=back.public_id, at=AT)
    actions.restore_post(actor=bob, post=back.public_id, at=AT)
    actions.edit_post(actor=bob, post=answer.public_id, body="Lời này đã đổi thành mặttrăng.", revision=1, at=AT)
    opening = first(topic)
    actions.edit_post(actor=alice, post=opening.public_id, body="Thân bài mới.", title="Tên mới của bàn này",
                      revision=1, at=AT)  # fmt: skip


def test_every_act_is_found_at_once_and_what_it_replaced_no_more(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    everything(topic, alice, bob, mod)
    assert [titles(word) != [] for word in ("mặttrăng", "ngôsao", "biến mất", "lại về")] == [True, False, False, True]
    assert titles("tên mới") == ["Tên mới của bàn này"]
    assert titles("chảy quá nhanh") == []


def test_behaviour_07_a_hidden_topic_is_found_no_more_and_comes_back_whole(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    reply(bob, topic, "Cỡ xay thô quá rồi.")
    opening = first(topic).public_id
    actions.hide_post(actor=mod, post=opening, reason="Xem lại", at=AT)
    assert (titles("phin"), titles("cỡ xay"), titles("cỡ xay", bob), suggested("phin")) == ([], [], [], [])
    actions.restore_post(actor=mod, post=opening, reason="Xem xong", at=AT)
    assert titles("phin") == titles("cỡ xay") == [topic.title]


def test_a_rebuilt_index_is_what_the_acts_had_written(topic: Topic, alice: Member, bob: Member, mod: Member) -> None:
    everything(topic, alice, bob, mod)
    kept = stored()
    assert len(kept) == Post.objects.filter(hidden_at=None).count()
    PostWords.objects.update(title_fold="sai", body_fold="sai")
    PostWords.objects.filter(pk=min(kept)).delete()
    PostWords.objects.create(post=Post.objects.exclude(hidden_at=None).get(), body_fold="bien mat")
    call_command("rebuild_search")
    assert stored() == kept
    assert titles("biến mất") == []
    assert titles("sai") == []


def test_an_erased_member_is_found_in_no_word_of_hers(topic: Topic, bob: Member) -> None:
    reply(bob, topic, "Nhà tôi ở hẻm Thạchlam.")
    assert titles("thạchlam") == [topic.title]
    for data_type in data_types():
        if data_type.name == "forum_words":
            data_type.erase(bob)
    assert titles("thạchlam") == []
    assert not PostWords.objects.filter(body_fold__contains="thachlam").exists()
    assert index.rebuild() == PostWords.objects.count()


def test_a_page_of_results_costs_the_same_for_one_and_many(space: Space, alice: Member, bob: Member) -> None:
    start(alice, title="Pha phin cho một người uống")

    def grow() -> None:
        for number in range(12):
            reply(bob, start(alice, title=f"Pha phin lần thứ {number} vẫn vui"), "Phin ngon.")

    look: Callable[[], object] = lambda: api.find_talks(alice, ask("pha phin"), Narrowed(), limit=20)  # noqa: E731
    assert_num_queries_constant(look, grow)
    assert_num_queries_constant(lambda: api.suggest_topics(alice, ask("pha ph"), limit=8), grow)


def test_the_plan_begins_with_the_index_and_never_walks_all_posts(space: Space, alice: Member) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL walks a small table whatever its indexes, and the second round lets nothing be skipped
    start(alice, title="Pha phin cho một người uống")
    rows = holding(readable(alice), index.INDEX, ask("pha phin")).order_by("-pk")[:50]
    plan = rows.values_list("pk", "score").explain()
    assert "VIRTUAL TABLE INDEX" in plan
    assert not re.search(r"SCAN community_(post|topic)\b", plan), plan


def test_behaviour_21_a_word_that_stands_nearly_everywhere_is_looked_for_in_the_newest_rows_alone(
    space: Space, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_space("bac", read_from_rank=1)
    for number in range(8):
        start(alice, title=f"Pha phin lần thứ {number} vẫn vui", at=AT + timedelta(hours=number))
    monkeypatch.setattr(finding, "MOST", 3)
    whole = titles("phin")
    assert whole == [f"Pha phin lần thứ {number} vẫn vui" for number in (7, 6, 5)]
    monkeypatch.setattr(finding, "NEAR", 4)
    among = questions.newest(index.INDEX, ask("phin"), 4)
    assert titles("phin") == whole
    looked = holding(readable(alice), index.INDEX, ask("phin"), among=among)
    assert among.more
    assert looked.count() == (5 if connection.vendor == "sqlite" else 4)  # the one beyond is known there as well
    assert not questions.newest(index.INDEX, ask("phin"), 8).more
    # The newest rows are not hers to read: then all are looked at.
    silver = set_rank(alice, 1)
    for number in range(6):
        start(silver, "bac", title=f"Phin của phòng trong thứ {number}", at=AT + timedelta(days=1))
    assert titles("phin") == whole
    assert titles("phin", space="phin") == whole


def test_behaviour_21_of_many_words_the_rarest_count_where_not_all_are_found(
    space: Space, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_space("bac", read_from_rank=1)
    for number in range(6):
        start(alice, title=f"Phin nước sữa đường đá cối thứ {number}", at=AT + timedelta(hours=number))
    start(alice, title="Cối xay cũ của ông ngoại", at=AT + timedelta(hours=7))
    asked = ask("phin nước sữa đường đá cối ngoại zulu")
    loose = loosening.loosened(readable(None), index.INDEX, asked)
    assert loose is not None
    told = {part.words[0] for part, _worth in loose.worth if len(part.words) == 1}
    # Five of those that stand somewhere: "đá" says little without its accents, "nước" stands in every body.
    assert told == {"coi", "duong", "ngoai", "phin", "sua"}

    def found(most: int) -> list[str]:
        monkeypatch.setattr(finding, "NEAR_LOOSE", most)
        rows = api.find_talks(None, ask("phin ngoại titan"), Narrowed(), limit=9, loose=True).rows
        return [row.topic.title for row in rows]

    monkeypatch.setattr(finding, "MOST_LOOSE", 3)
    whole = found(1_000)
    assert whole[0] == "Cối xay cũ của ông ngoại"
    # Only the newest rows are looked at; where these are not hers to read, all are.
    assert found(4) == whole
    silver = set_rank(alice, 1)
    for number in range(6):
        start(silver, "bac", title=f"Phin của ngoại trong phòng thứ {number}", at=AT + timedelta(days=1))
    assert found(4) == whole


def test_behaviour_21_a_title_is_suggested_for_its_own_words_alone(space: Space, alice: Member) -> None:
    start(alice, title="Pha phin cho một người uống", body="Nước sôi để một phút rồi rót.")
    assert (suggested("pha ph"), suggested("nước sô")) == (["Pha phin cho một người uống"], [])
    assert titles("nước sôi") == ["Pha phin cho một người uống"]


def test_a_question_about_titles_goes_to_their_own_index_on_postgresql(space: Space, alice: Member) -> None:
    start(alice, title="Pha phin cho một người uống", body="Nước sôi.")
    asked = Part(("phin",), body=False)
    rows = PostWords.objects.filter(Holds("pk", index=index.INDEX, wanted=asked))
    assert rows.count() == 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "community_postwords_titles" in rows.explain()
