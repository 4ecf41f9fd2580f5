"""A badge is taken along as a signed file; a stranger has it checked, and sees when it no longer holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import jwt
import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from badges.awards.models import Award
from badges.openbadges import credentials
from portal.accounts.models import Member
from portal.core import proofs
from portal.core.errors import NotFound
from portal.core.proofs import State
from tests.badges.awards.house import DAY, MORNING, hide, reply, restore, topic
from tests.factories.portal import make_member
from tests.helpers.queries import count_queries

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
VERIFY = "/vi/verify/"


@pytest.fixture
def alice(db: None) -> Member:
    return make_member("Phạm Ngọc Alice", email="alice@example.org")


@pytest.fixture
def post(alice: Member) -> str:
    """Her first answer, for which she was given a badge."""
    bob = make_member("Vũ Tiến Bob")
    return str(reply(alice, topic(bob), bob))


def taken(client: Client, code: str = "first-words") -> str:
    answer = client.post(reverse("badges:take_badge", args=[code]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vc+jwt")
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def part(text: str, number: int) -> dict[str, object]:
    found = text.split(".")[number]
    return dict(json.loads(base64.urlsafe_b64decode(found + "=" * (-len(found) % 4))))


def verdict(client: Client, text: str) -> str:
    page = client.post(VERIFY, {"text": text}).content.decode()
    return page[page.index('id="verdict">') + 13 :].partition("</h2>")[0]


def test_the_file_is_an_open_badge_that_others_verify_with_our_published_key(
    signed_in: Callable[..., Client], client: Client, alice: Member, post: str
) -> None:
    text, award = taken(signed_in(alice)), Award.objects.get(member=alice, badge__code="first-words")
    [key] = client.get("/.well-known/jwks.json").json()["keys"]
    said = jwt.decode(text, jwt.PyJWK(key).key, algorithms=["EdDSA"])
    assert part(text, 0) == {"alg": "EdDSA", "kid": key["kid"], "typ": "vc+jwt"}
    assert (said["@context"], said["type"]) == (credentials.CONTEXT, credentials.TYPES)
    assert said["validFrom"] == award.at.isoformat(timespec="seconds")
    assert (said["iss"], said["jti"], said["nbf"]) == (said["issuer"]["id"], said["id"], int(award.at.timestamp()))
    subject = said["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "Phạm Ngọc Alice"
    achievement = subject["achievement"]
    assert (achievement["type"], achievement["name"]) == (["Achievement"], said["name"])
    assert achievement["criteria"]["narrative"]
    image = achievement["image"]["id"].removeprefix(said["iss"])
    assert client.get(image)["Content-Type"] == "image/svg+xml"
    assert client.get(achievement["id"].removeprefix(said["iss"]), follow=True).status_code == 200
    assert alice.email not in json.dumps(said)


def test_a_stranger_sees_that_it_holds_then_that_it_was_taken_back_then_that_it_holds_again(
    signed_in: Callable[..., Client], client: Client, alice: Member, post: str
) -> None:
    text = taken(signed_in(alice))
    status = str(part(text, 1)["id"]).partition("/credentials/")[2]
    address = f"/vi/credentials/{status}"
    assert verdict(client, text) == "Huy hiệu thật, và còn hiệu lực"
    assert "Phạm Ngọc Alice" in client.post(VERIFY, {"text": f"\n {text} "}).content.decode()
    assert "Huy hiệu còn hiệu lực" in client.get(address).content.decode()
    hide(alice, post, MORNING + DAY)
    assert verdict(client, text) == "Huy hiệu này đã bị thu lại"
    page = client.get(address)
    assert "Huy hiệu đã bị thu lại" in page.content.decode()
    assert "Phạm Ngọc Alice" not in page.content.decode()
    assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex", True)
    restore(alice, post, MORNING + 2 * DAY)
    assert verdict(client, text) == "Huy hiệu thật, và còn hiệu lực"


def test_of_who_has_left_nothing_is_told(
    signed_in: Callable[..., Client], client: Client, alice: Member, post: str
) -> None:
    text = taken(signed_in(alice))
    Member.objects.filter(pk=alice.pk).update(left_at=timezone.now())
    assert verdict(client, text) == "Huy hiệu này không còn trong sổ"
    status = "/vi/credentials/" + str(part(text, 1)["id"]).partition("/credentials/")[2]
    page = client.get(status).content.decode()
    assert "Huy hiệu này không còn trong sổ" in page
    assert "first-words" not in page


def test_one_altered_letter_another_key_and_another_kind_are_told_apart(
    signed_in: Callable[..., Client], client: Client, alice: Member, post: str
) -> None:
    text = taken(signed_in(alice))
    head, body, mark = text.split(".")
    said = json.dumps(part(text, 1) | {"name": "Vàng"}).encode()
    altered = ".".join((head, base64.urlsafe_b64encode(said).rstrip(b"=").decode(), mark))
    assert verdict(client, altered) == "Tệp này đã bị sửa"
    assert verdict(client, "a.b.c") == "Đây không phải huy hiệu có chữ ký"
    assert verdict(client, f"{body}.{body}.{mark}") == "Đây không phải huy hiệu có chữ ký"
    with override_settings(SIGNING_KEY=proofs.new_seed(), SECRET_KEY="y" * 50):
        foreign = credentials.take(alice, "first-words", locale="vi").text
    assert verdict(client, foreign) == "Không phải chữ ký của nhà"
    other = proofs.sign(part(text, 1), kind="another+jws")
    assert verdict(client, other) == "Đây không phải huy hiệu có chữ ký"
    long = credentials.examine(f"{head}.{'A' * credentials.LARGEST}.{mark}", locale="vi")
    assert long.state == State.FOREIGN


def test_a_signed_text_that_names_no_award_of_ours_is_no_badge(alice: Member, post: str) -> None:
    award = Award.objects.filter(member=alice).first()
    assert award is not None
    said = {"id": "https://x/credentials/1-ff/", "name": "x"}
    for claims in (said, said | {"credentialSubject": 5}, {"id": credentials.address_of(award)}):
        assert credentials.examine(proofs.sign(claims, kind=credentials.KIND), locale="vi").state == State.FOREIGN


def test_nobody_guesses_the_address_of_an_award_and_it_outlives_a_change_of_the_secret(
    client: Client, alice: Member, post: str
) -> None:
    award = Award.objects.get(member=alice, badge__code="first-words")
    path = "/vi/credentials/" + credentials.address_of(award).partition("/credentials/")[2]
    assert client.get(path).status_code == 200
    mark, before = path.rstrip("/").rpartition("-")[2], settings.SECRET_KEY
    for wrong in (f"{award.pk}-{'0' * 32}", f"{award.pk + 1}-{mark}", f"{award.pk}", f"x-{mark}", f"{'9' * 30}-{mark}"):
        assert client.get(f"/vi/credentials/{wrong}/").status_code == 404
    with override_settings(SECRET_KEY="z" * 50):
        assert client.get(path).status_code == 404
        with override_settings(SECRET_KEY_FALLBACKS=[before]):
            assert client.get(path).status_code == 200


def test_only_her_own_badge_is_given_and_only_while_she_holds_it(
    signed_in: Callable[..., Client], client: Client, alice: Member, post: str
) -> None:
    address = reverse("badges:take_badge", args=["first-words"])
    bob = signed_in(make_member("Trần Thị Khác"))
    assert bob.post(address).status_code == 404
    assert client.post(address).status_code == 302  # to the door
    hers = signed_in(alice)
    assert hers.get(address).status_code == 405
    assert hers.post(reverse("badges:take_badge", args=["no-such"])).status_code == 404
    hide(alice, post, MORNING + DAY)
    assert hers.post(address).status_code == 404
    with pytest.raises(NotFound):
        credentials.take(alice, "first-words", locale="vi")


def test_her_page_of_the_badge_offers_it_and_that_of_others_does_not(
    signed_in: Callable[..., Client], alice: Member, post: str
) -> None:
    page, address = "/vi/badges/first-words/", reverse("badges:take_badge", args=["first-words"])
    assert f'action="{address}"' in signed_in(alice).get(page).content.decode()
    assert address not in signed_in(make_member("Trần Thị Khác")).get(page).content.decode()


def test_a_text_that_is_not_ours_is_looked_up_nowhere(alice: Member, post: str) -> None:
    ours = credentials.take(alice, "first-words", locale="vi").text
    with override_settings(SIGNING_KEY=proofs.new_seed(), SECRET_KEY="y" * 50):
        foreign = credentials.take(alice, "first-words", locale="vi").text
    assert count_queries(lambda: credentials.examine(foreign, locale="vi"))[0] == 0
    assert count_queries(lambda: credentials.examine(ours, locale="vi"))[0] <= 3


def test_she_may_take_so_many_an_hour(signed_in: Callable[..., Client], alice: Member, post: str) -> None:
    browser, address = signed_in(alice), reverse("badges:take_badge", args=["first-words"])
    answers = {browser.post(address).status_code for _ in range(60)}
    refused = browser.post(address)
    assert (answers, refused.status_code, int(refused["Retry-After"]) > 0) == ({200}, 429, True)
