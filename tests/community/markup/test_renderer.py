"""What comes out of the renderer is what the writer meant, and nothing that runs."""

import threading
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.markup import BODY_LIMIT, MESSAGE_LIMIT, excerpt, render, render_message
from portal.core.errors import Invalid
from portal.core.text import clean

REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**Hân**, _nhé_ ~~thôi~~ `phin`", "<p><strong>Hân</strong>, <em>nhé</em> <s>thôi</s> <code>phin</code></p>"),
        ("một\nhai", "<p>một<br>\nhai</p>"),
        ("# To\n\n#### Nhỏ", "<h3>To</h3>\n<h5>Nhỏ</h5>"),
        ("3. ba\n4. bốn", '<ol start="3">\n<li>ba</li>\n<li>bốn</li>\n</ol>'),
        ("> trích", "<blockquote>\n<p>trích</p>\n</blockquote>"),
        ("```sh\nls <x>\n```", "<pre><code>ls &lt;x&gt;\n</code></pre>"),
        (
            "|a|b|\n|-|:-:|\n|1|2|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
        ),
        ("[Mây](https://may.vn 'Nhà')", f'<p><a href="https://may.vn" title="Nhà" {REL}>Mây</a></p>'),
        ("(xem https://may.vn/a?b=1&c=2).", f'<p>(xem <a href="https://may.vn/a?b=1&amp;c=2" {REL}>https://may.vn/a?b=1&amp;c=2</a>).</p>'),
        ("thư: han@may.vn.", f'<p>thư: <a href="mailto:han@may.vn" {REL}>han@may.vn</a>.</p>'),
        ("<tel:+842633>", f'<p><a href="tel:+842633" {REL}>tel:+842633</a></p>'),
        ("ngon.la www.may.vn", "<p>ngon.la www.may.vn</p>"),
        ("![ảnh phin](https://a.vn/p.png)", f'<p><a href="https://a.vn/p.png" {REL}>ảnh phin</a></p>'),
        ("[![phin](https://a.vn/p.png)](https://b.vn)", f'<p><a href="https://b.vn" {REL}>phin</a></p>'),
        ("[xem https://a.vn](https://b.vn)", f'<p><a href="https://b.vn" {REL}>xem https://a.vn</a></p>'),
        ("`https://a.vn`", "<p><code>https://a.vn</code></p>"),
        ("[x](/vi/chat/)", "<p>[x](/vi/chat/)</p>"),
    ],
)  # fmt: skip
def test_a_post_is_rendered(source: str, expected: str) -> None:
    assert render(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("# không\n- không", "<p># không<br>\n- không</p>"),
        ("> trích", "<blockquote>\n<p>trích</p>\n</blockquote>"),
        ("https://may.vn", f'<p><a href="https://may.vn" {REL}>https://may.vn</a></p>'),
    ],
)
def test_a_message_keeps_inline_marks_only(source: str, expected: str) -> None:
    assert render_message(source) == expected


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    '<https://a.vn/"onmouseover="alert(1)>',
    '[x](https://a.vn "\\"onmouseover=alert(1)")',
    '```"><script>alert(1)</script>\nx\n```',
    'https://a.vn/"><script>alert(1)</script>',
    '<a href="javascript:alert(1)">x</a>',
    "<style>*{color:red}</style>",
    "<iframe src=https://evil.example></iframe>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[a]: javascript:alert(1)\n\n[a]",
    "|<script>|\n|-|\n|<img onerror=alert(1)>|",
]
_ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "rel", "title"}, "ol": {"start"}}


class _Judge(HTMLParser):
    """Reads as a browser does: only known tags and attributes, only harmless addresses."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ALLOWED, tag
        assert {name for name, _value in attrs} <= _ATTRIBUTES.get(tag, set()), attrs
        address = dict(attrs).get("href")
        assert address is None or urlsplit(address).scheme in {"http", "https", "mailto", "tel"}, address

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def assert_harmless(html: str) -> None:
    judge = _Judge(convert_charrefs=True)
    judge.feed(html)
    judge.close()


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_that_runs_comes_through(source: str) -> None:
    assert_harmless(render(source))
    assert_harmless(render_message(source))


def test_the_check_catches_what_runs() -> None:
    for planted in ("<p><script>x</script></p>", '<a href="javascript:x">x</a>', '<p onclick="x">x</p>', "<!-- x -->"):
        with pytest.raises(AssertionError):
            assert_harmless(planted)


_FRAGMENTS = st.sampled_from(
    [*HOSTILE, "**", "_", "`", "[", "](", ")", "\n", "\n\n", "> ", "- ", "1. ", "|", "|-|", "#", "<", ">"]
)
_TEXTS = st.lists(st.one_of(_FRAGMENTS, st.text(max_size=12)), max_size=24).map("".join)


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_any_text_is_harmless_and_renders_the_same_each_time(text: str) -> None:
    source = clean(text)
    html = render(source)
    assert_harmless(html)
    assert_harmless(render_message(source))
    assert render(source) == html
    assert render(clean(source)) == html  # cleaning twice changes nothing, so the preview is what will be stored


def test_too_long_a_text_is_refused_before_parsing() -> None:
    render("a" * BODY_LIMIT)
    render_message("a" * MESSAGE_LIMIT)
    with pytest.raises(Invalid) as refused:
        render("a" * (BODY_LIMIT + 1))
    assert (refused.value.code, refused.value.details["field"]) == ("too_long", "body")
    with pytest.raises(Invalid):
        render_message("a" * (MESSAGE_LIMIT + 1))


def test_an_excerpt_is_plain_words() -> None:
    assert excerpt(render("# Một\n\n**hai** &amp; <ba>\n- bốn")) == "Một hai & <ba> bốn"
    assert excerpt(render("một hai ba bốn năm"), 12) == "một hai ba…"
    assert excerpt("") == ""


def test_threads_do_not_disturb_each_other() -> None:
    sources = [f"**{n}** https://may.vn/{n} ![a](https://b.vn/{n}.png)" for n in range(8)]
    expected = [render(source) for source in sources]
    wrong: list[str] = []

    def work(n: int) -> None:
        for _ in range(40):
            if render(sources[n]) != expected[n]:
                wrong.append(sources[n])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
