"""What the component tags promise to templates."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from portal.ui.templatetags.ui import part_of

STANDING = SimpleNamespace(
    member_id=1234, name="Ngọc <Hân>", avatar_url="", tier_code="silver", tier_name="Bạc", role_mark="", url="/vi/x/"
)


def rendered(source: str, language: str = "vi", **context: object) -> str:
    with translation.override(language):
        return Template("{% load ui %}" + source).render(Context(context))


def test_member_chip_names_the_member_without_grouping_her_id_and_escapes_her_name() -> None:
    html = rendered("{% member_chip one %}", one=STANDING)
    assert 'data-member="1234"' in html
    assert "Ngọc &lt;Hân&gt;" in html
    assert "tier-mark is-silver" in html


@pytest.mark.django_db
def test_an_unknown_tier_code_still_has_a_mark() -> None:
    assert "icons.svg#tier-member" in rendered('{% tier_mark "platinum" "Bạch kim" %}')


def test_somebody_who_left_has_a_chip_without_link() -> None:
    html = rendered("{% member_chip one %}", one=None)
    assert "<a " not in html
    assert "member-chip-name" in html


def test_amounts_are_grouped_as_the_language_does_and_carry_a_typographic_minus() -> None:
    assert rendered("{{ n|amount }}", n=1240) == "1.240"
    assert rendered("{{ n|amount }}", "en", n=1240) == "1,240"
    assert rendered("{{ n|signed_amount }}", n=-1240) == "\N{MINUS SIGN}1.240"
    assert rendered("{{ n|signed_amount }}", n=5) == "+5"


def test_a_meter_is_full_only_when_the_target_is_reached() -> None:
    assert [part_of(0, 150), part_of(149, 150), part_of(150, 150), part_of(999, 1000), part_of(3, 0)] == [
        0,
        99,
        100,
        99,
        100,
    ]


def test_timestamp_is_readable_without_a_script_in_the_members_zone() -> None:
    html = rendered("{% timestamp when %}", when=datetime(2026, 11, 21, 17, 30, tzinfo=UTC))
    assert 'datetime="2026-11-22T00:30:00+07:00"' in html
    assert 'prefix=""' in html
    assert "22" in html.split(">")[1]


class Door(forms.Form):
    """One field with a hint, refused."""

    email = forms.EmailField(label="E-mail", help_text="Chỉ để gửi mã.")


def test_a_refused_field_is_tied_to_its_hint_and_error_and_keeps_what_was_typed() -> None:
    html = rendered("{% field form.email %}", form=Door({"email": 'han@"thu'}))
    assert 'aria-describedby="id_email-hint id_email-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email-error"' in html
    assert "han@&quot;thu" in html


def test_pager_keeps_the_query_and_leaves_page_one_without_a_number() -> None:
    request = RequestFactory().get("/vi/x/", {"sort": "new", "page": "2"})
    html = rendered("{% pager page %}", page=Paginator(range(30), 10).page(2), request=request)
    assert 'href="?sort=new"' in html
    assert 'href="?sort=new&amp;page=3"' in html
    assert 'aria-current="page">2<' in html


def test_one_page_needs_no_pager() -> None:
    assert rendered("{% pager page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_languages_lead_to_the_same_place() -> None:
    request = RequestFactory().get("/vi/chuyen/suong-muoi/")
    one = "{{ one.code }}={{ one.url }}{% if one.current %}*{% endif %} "
    source = "{% languages as all %}{% for one in all %}" + one + "{% endfor %}"
    assert rendered(source, request=request) == "vi=/vi/chuyen/suong-muoi/* en=/en/chuyen/suong-muoi/ "
    given = {"en": "/en/stories/frost/"}
    assert "en=/en/stories/frost/" in rendered(source, request=request, alternate_urls=given)


def test_a_drawing_without_words_is_hidden_from_readers_and_one_with_words_is_named() -> None:
    assert 'aria-hidden="true"' in rendered('{% icon "bell" %}')
    assert 'role="img" aria-label="Cảm ơn"' in rendered('{% icon "heart" label="Cảm ơn" %}')
