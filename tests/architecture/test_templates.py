"""Templates: every word translatable, no inline script or style."""

import pytest

from tests.architecture.markup import inline_code, untranslated, untranslated_plain
from tests.architecture.tree import name, templates

# Pages for developers: they exist on a loopback address of a development machine only.
FOR_DEVELOPERS = ("templates/portal/dev/", "templates/portal/ui/")
# Mail programs read no stylesheets; css-inline writes the attributes, the template itself holds a <style> for it.
MAY_STYLE = ("templates/email/", "templates/layouts/email.html")


def test_every_word_is_translatable():
    found = {}
    for path in templates():
        if not name(path).startswith(FOR_DEVELOPERS):
            check = untranslated if path.suffix == ".html" else untranslated_plain
            found[name(path)] = check(path.read_text())
    assert {path: words for path, words in found.items() if words} == {}


def test_no_inline_script_or_style():
    found = {
        name(path): inline_code(path.read_text())
        for path in templates()
        if path.suffix == ".html" and not name(path).startswith(MAY_STYLE)
    }
    assert {path: code for path, code in found.items() if code} == {}


@pytest.mark.parametrize(
    "bad",
    [
        "<p>Hello there</p>",
        "<p>{% if x %}Xin chào{% endif %}</p>",
        '<input placeholder="Search">',
        '<a href="/" aria-label="Home"></a>',
        '<img alt="A cup of tea" src="{{ x.url }}">',
        '{% include "components/button.html" with label="Join" %}',
        '{% card title="Latest" %}{% endcard %}',
        "{% blocktranslate %}fine{% endblocktranslate %} not fine",
    ],
)
def test_a_bare_word_is_noticed(bad):
    assert untranslated(bad)


@pytest.mark.parametrize(
    "good",
    [
        '<p>{% translate "Hello" %} · 12 {{ name }}</p>',
        "<p>{% blocktranslate count n=n %}one{% plural %}many{% endblocktranslate %}</p>",
        '{% button label=_("Join") %}<a title="{% translate \'Home\' %}" class="big button"></a>',
        "{% block body_class %}is-entrance{% endblock %}",
        'data-word-one="{% translate \'one\' %}" data-kind="bubble row"',
        "{# a remark #}{% comment %}another{% endcomment %}<!-- third --><b>Tri Ân</b>",
        '{% include "a.html" with title=topic.title label=label %}',
        '<script type="module" src="{% static \'x.js\' %}"></script><b>&nbsp;×</b>',
    ],
)
def test_translated_text_passes(good):
    assert untranslated(good) == []
    assert inline_code(good) == []


def test_a_bare_line_of_mail_is_noticed():
    assert untranslated_plain("{% translate 'Hello' %}\nYour code: {{ code }}\n") == ["2: 'Your code:'"]


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a onclick="go()">',
        '<b hx-on:click="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_is_noticed(bad):
    assert inline_code(bad)
