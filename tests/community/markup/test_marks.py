"""The house's own marks: names, quotes that know their source, pictures; and nothing that only looks so."""

from __future__ import annotations

import time

import pytest

from community import markup

ID = "abcdefgh2345"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob", ["bob"]),
        ("Chào @Bob, @an-nhien và @mai_tho.", ["bob", "an-nhien", "mai_tho"]),
        ("a@bob.vn thì không, @@bob cũng không, x@bob không", []),
        ("@ab ngắn quá", []),
        ("**@bob** và ~~@mai~~", ["bob", "mai"]),
        ("`@bob`", []),
        ("    @bob", []),
        ("> @bob", []),
        ("> - @bob\n\n@mai", ["mai"]),
        ("[@bob](https://may.vn)", []),
        ("https://may.vn/@bob", []),
        ("\\@bob", ["bob"]),
    ],
)
def test_names_stand_in_running_text_alone(text: str, names: list[str]) -> None:
    assert markup.parse(text).names == names


def test_only_known_names_become_links() -> None:
    html = markup.render("@bob và @mai", {"bob"})
    assert '<a class="mention" href="/people/bob/" rel="nofollow ugc noopener">@bob</a> và @mai' in html


def test_a_quote_keeps_its_source_and_an_excerpt_leaves_its_words_out() -> None:
    parsed = markup.parse(f"> [quote:{ID}]\n> lời người khác\n> > sâu hơn\n\nLời mình")
    assert parsed.quotes == [ID]
    assert f'<blockquote data-quote="{ID}">' in parsed.html()
    assert markup.excerpt(parsed.html()) == "Lời mình"
    assert markup.excerpt(markup.render("> lời thơ\n\nLời mình")) == "lời thơ Lời mình"


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_quoted_words_are_replaced_at_any_depth(depth: int) -> None:
    lead = "> " * depth
    html = markup.render(f"{lead}[quote:{ID}]\n{lead}lời kín\n\nLời mình")
    veiled = markup.replace_quotes(html, {ID: "<p>hết</p>"})
    assert "lời kín" not in veiled
    assert "hết" in veiled
    assert "Lời mình" in veiled
    assert veiled.count("<blockquote") == veiled.count("</blockquote>")


@pytest.mark.parametrize(
    "text",
    [
        "[quote:abcdefgh2345]",
        "> [quote:ABCDEFGH2345]\n> x",
        '> [quote:abcdefgh2345" onclick="x]\n> x',
        "> chữ [quote:abcdefgh2345]\n> x",
        "- [quote:abcdefgh2345]\n- x",
    ],
)
def test_what_only_looks_like_a_source_is_text(text: str) -> None:
    assert markup.parse(text).quotes == []
    assert "data-quote" not in markup.render(text)


def test_words_quoted_are_taken_out_of_the_source_and_nothing_else() -> None:
    source = f"Trước\n\n> [quote:{ID}]\n> lời kín\n> nữa\n\nSau\n\n> trích thơ"
    assert markup.blank_quotes(source, {ID}) == f"Trước\n\n> [quote:{ID}]\n\nSau\n\n> trích thơ"
    assert markup.blank_quotes(source, {"mnpqrstuvwxy"}) == source


def test_a_picture_of_the_house_is_shown_and_a_foreign_one_is_a_link() -> None:
    html = markup.render(f'![một "phin" <nhỏ>](upload:{ID}/640x400) ![xa](https://xa.vn/a.png)')
    words = "một &quot;phin&quot; &lt;nhỏ&gt;"
    assert f'<img src="/pictures/{ID}.webp" alt="{words}" width="640" height="400" loading="lazy">' in html
    assert html.count("<img") == 1
    assert 'href="https://xa.vn/a.png"' in html


@pytest.mark.parametrize(
    "address",
    [f"upload:{ID}", f"upload:{ID}/0x5", f"upload:{ID}/1x123456", f"upload:{ID}/1x1/..", "/pictures/abcdefgh2345.webp",
     "//xa.vn/a.png", f"upload:{ID.upper()}/1x1", "data:image/png;base64,AAAA", "file:///etc/passwd"],
)  # fmt: skip
def test_no_other_address_becomes_a_picture(address: str) -> None:
    assert "<img" not in markup.render(f"![x]({address})")


def test_marks_cost_no_more_than_any_text() -> None:
    for text in (
        "@ab" * 6_000,
        "@" * 20_000,
        "> [quote:\n" * 2_000,
        f"> [quote:{ID}]\n" * 900,
        "> " * 300 + f"[quote:{ID}]",
    ):
        begun = time.perf_counter()
        markup.excerpt(markup.render(text[: markup.BODY_LIMIT]))
        assert time.perf_counter() - begun < 5
