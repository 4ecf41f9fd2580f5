"""A checking machine that lacks a program must not look green."""

import pytest

from tests.plugin import must_not_skip

SKIPS = """
    import pytest

    @pytest.mark.browser
    def test_marked():
        pytest.skip("no reason given")

    def test_known_by_its_words():
        pytest.skip("Chromium is not installed: apt-get install chromium")

    def test_for_another_reason():
        pytest.skip("only on Sundays")
"""


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    pytester.makeini(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\nmarkers =\n    browser: drives a browser\n"
    )
    pytester.makepyfile(SKIPS)
    return pytester.runpytest_inprocess("-p", "tests.plugin", "-p", "no:django", "-p", "no:cacheprovider")


def test_skipped_browser_tests_fail_where_a_browser_is_required(pytester, monkeypatch):
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    result = run(pytester)
    result.assert_outcomes(failed=2, skipped=1)
    result.stdout.fnmatch_lines(["*but REQUIRE_BROWSER=1 forbids that*"])


def test_a_module_that_skips_itself_fails_too(pytester, monkeypatch):
    monkeypatch.setenv("REQUIRE_REDIS", "1")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile("import pytest\npytest.skip('redis-server is not installed', allow_module_level=True)")
    options = ("-p", "tests.plugin", "-p", "no:django", "-p", "no:cacheprovider")
    assert pytester.runpytest_inprocess(*options).ret != 0
    monkeypatch.delenv("REQUIRE_REDIS")
    pytester.runpytest_inprocess(*options).assert_outcomes(skipped=1)


def test_the_same_tests_skip_quietly_elsewhere(pytester, monkeypatch):
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    run(pytester).assert_outcomes(skipped=3)


def test_what_fails_is_named_before_the_round_is_over(pytester):
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(test_it="def test_early(): assert False\ndef test_late(): pass")
    result = pytester.runpytest_inprocess("-v", "-p", "tests.plugin", "-p", "no:django", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["✗ test_it.py::test_early", "*test_late PASSED*", "*= FAILURES =*"])


@pytest.mark.parametrize(
    ("marks", "reason", "expected"),
    [
        ({"postgres"}, "", "REQUIRE_POSTGRES"),
        (set(), "PostgreSQL is not installed: apt-get …", "REQUIRE_POSTGRES"),
        (set(), "redis-server is not installed", "REQUIRE_REDIS"),
        ({"nginx"}, "", "REQUIRE_NGINX"),
        (set(), "nginx is not installed: apt-get …", "REQUIRE_NGINX"),
        ({"slow"}, "too slow here", None),
    ],
)
def test_each_requirement_knows_its_tests(marks, reason, expected):
    environ = {"REQUIRE_POSTGRES": "1", "REQUIRE_REDIS": "1", "REQUIRE_NGINX": "1"}
    assert must_not_skip(marks, reason, environ) == expected
    assert must_not_skip(marks, reason, {}) is None
