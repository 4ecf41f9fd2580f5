"""A live page folds by itself what somebody says whom its reader keeps away: a broadcast does not know for whom."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from community.chat import actions
from community.forum import actions as forum
from portal.accounts.blocks.actions import block, unblock
from portal.core.clock import now
from portal.realtime.models import StreamEntry
from tests.community.chat.conftest import make_room, say
from tests.community.chat.test_browser import assert_like_fresh, house, sitting
from tests.community.forum.conftest import make_space, new_key
from tests.factories.portal import make_member
from tests.journeys.test_writing import browsing
from tests.journeys.test_writing import say as answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["house"]


def test_words_that_come_live_lie_folded_and_stay_open_once_opened(chromium, house):
    room, an, binh = make_room("sanh-chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    block(actor=an, member_id=binh.pk, at=now())
    say(an, room, "Chào cả nhà")
    with sitting(chromium, house, an, room) as page:
        said = say(binh, room, "Một lời của Bình")
        line = page.locator(f"#message-{said.public_id}")
        expect(line.locator(".fold summary")).to_be_visible()
        expect(line.locator(".message-body")).to_be_hidden()
        assert_like_fresh(page)
        line.locator(".fold summary").click()
        expect(line.locator(".message-body")).to_be_visible()
        actions.edit_message(actor=binh, message_id=said.pk, text="Đã sửa lời", at=said.created_at)
        expect(line.locator(".message-body")).to_have_text("Đã sửa lời")
        line.locator(".fold summary").press("Enter")
        expect(line.locator(".message-body")).to_be_hidden()


def test_an_answer_and_a_quote_that_come_live_to_a_topic_lie_folded(chromium, house):
    make_space("phin")
    an, binh, chi = (make_member(name) for name in ("Nguyễn An", "Trần Bình", "Lê Chi"))
    topic = forum.start_topic(
        actor=an, space="phin", title="Phin chảy quá nhanh, cà phê nhạt", body="Nước vừa sôi.", key=new_key(), at=now(),
        kind="question", limited=False,
    )  # fmt: skip
    block(actor=an, member_id=binh.pk, at=now())
    with browsing(chromium, house, an) as page:
        page.goto(topic.get_absolute_url())
        page.wait_for_function("() => document.querySelector('live-stream').stop")
        said = answer(binh, topic, "Cứ tráng phin trước đã.")
        post = page.locator(f"#post-{said.public_id}")
        expect(post.locator("> .fold summary")).to_be_visible()
        expect(post.locator(".post-body")).to_be_hidden()
        quoting = answer(chi, topic, f"> [quote:{said.public_id}]\n> Cứ tráng phin trước đã.\n\nĐúng vậy, thử xem.")
        other = page.locator(f"#post-{quoting.public_id}")
        expect(other.locator(".post-body > p")).to_be_visible()
        expect(other.locator("blockquote > p").last).to_be_hidden()
        post.locator("> .fold summary").click()
        expect(post.locator(".post-body")).to_be_visible()
        forum.react(actor=chi, post=said.public_id, kind="tea", at=now())
        expect(post.locator(".reaction-bar .num").first).to_have_text("1")
        expect(post.locator(".post-body")).to_be_visible()
        forum.edit_post(actor=binh, post=said.public_id, body="Tráng phin thật kỹ đã.", revision=1, at=now())
        expect(post.locator(".post-body")).to_contain_text("thật kỹ")
        expect(post.locator(".post-body")).to_be_visible()


def test_pages_that_stand_open_fold_when_she_keeps_somebody_away_and_unfold_when_she_lets_him_off(chromium, house):
    make_space("phin")
    room, an, binh = make_room("sanh-chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    topic = forum.start_topic(
        actor=binh, space="phin", title="Phin chảy quá nhanh, cà phê nhạt", body="Nước vừa sôi.", key=new_key(),
        at=now(), limited=False,
    )  # fmt: skip
    spoken = say(binh, room, "Một lời của Bình")
    with sitting(chromium, house, an, room) as hall, browsing(chromium, house, an) as reading:
        reading.goto(topic.get_absolute_url())
        reading.wait_for_function("() => document.querySelector('live-stream').stop")
        line = hall.locator(f"#message-{spoken.public_id}")
        post = reading.locator(".post").first
        expect(line.locator(".message-body")).to_be_visible()
        block(actor=an, member_id=binh.pk, at=now())
        for folded, words in ((line, ".message-body"), (post, ".post-body")):
            expect(folded.locator("> .fold summary")).to_be_visible()
            expect(folded.locator(words)).to_be_hidden()
        later = say(binh, room, "Thêm một lời nữa")  # what comes after lies folded too
        expect(hall.locator(f"#message-{later.public_id} > .fold")).to_be_visible()
        unblock(actor=an, member_id=binh.pk)
        for folded, words in ((line, ".message-body"), (post, ".post-body")):
            expect(folded.locator("> .fold")).to_have_count(0)
            expect(folded.locator(words)).to_be_visible()


def test_kept_posts_and_search_results_that_stand_open_fold_and_unfold_too(chromium, house):
    make_space("phin")
    room, an, binh, chi = make_room("sanh-chung"), *(make_member(name) for name in ("Nguyễn An", "Trần Bình", "Lê Chi"))
    topic = forum.start_topic(
        actor=binh, space="phin", title="Phin chảy quá nhanh, cà phê nhạt", body="Nước vừa sôi.", key=new_key(),
        at=now(), limited=False,
    )  # fmt: skip
    kept = answer(chi, topic, "Cứ tráng phin trước đã.")
    forum.save_post(actor=an, post=kept.public_id, at=now())
    say(binh, room, "Phin nào chảy chậm hơn?")
    rows = {
        "/vi/community/saved/": ".saved-post",  # her friend's answer, under the title of whom she keeps away
        "/vi/search/?q=phin": ".found[data-author]",
        "/vi/chat/sanh-chung/search/?q=phin": ".chat-found > li",
    }
    with browsing(chromium, house, an) as page:
        for address, row in rows.items():
            page.goto(address)
            line = page.locator(row).first
            expect(line).to_be_visible()
            expect(line.locator("> .fold")).to_have_count(0)
            block(actor=an, member_id=binh.pk, at=now())
            expect(line.locator("> .fold summary")).to_be_visible()
            expect(line.locator("a").first).to_be_hidden()
            unblock(actor=an, member_id=binh.pk)
            expect(line.locator("> .fold")).to_have_count(0)
            expect(line.locator("a").first).to_be_visible()


def test_who_was_let_off_while_the_line_was_away_too_long_lies_folded_no_more(chromium, house):
    room, an, binh = make_room("sanh-chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    spoken = say(binh, room, "Một lời của Bình")
    block(actor=an, member_id=binh.pk, at=now())
    with sitting(chromium, house, an, room) as page:
        line = page.locator(f"#message-{spoken.public_id}")
        expect(line.locator("> .fold summary")).to_be_visible()
        page.context.set_offline(True)
        unblock(actor=an, member_id=binh.pk)
        StreamEntry.objects.filter(stream__key=f"member:{an.pk}").delete()  # as after a night: it is not told any more
        page.context.set_offline(False)
        expect(line.locator("> .fold")).to_have_count(0, timeout=40_000)
        expect(line.locator(".message-body")).to_be_visible()
