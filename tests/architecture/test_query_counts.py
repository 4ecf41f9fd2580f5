"""Every page that shows a list is read by a test with one line and with many; the others say why they need none."""

import ast

from tests.architecture.tree import ROOT
from tests.pages import PAGES, SERVED

FORUM = "tests/community/forum/test_selectors.py::"
LISTS = "tests/community/forum/test_listing.py::"
MINE = "tests/portal/home/test_my_home.py::test_a_page_costs_the_same_for_one_line_and_for_many"
OWN = "tests/portal/accounts/test_query_counts.py::test_a_list_costs_the_same_for_one_line_and_for_many"
STORIES = "tests/brand/stories/test_stories.py::test_pages_cost_the_same_for_one_story_and_for_many"
BADGES = "tests/badges/awards/test_pages.py::test_pages_cost_the_same_for_one_badge_and_for_many"
MODERATION = "tests/community/moderation/test_pages.py::test_lists_of_the_desk_cost_the_same_for_one_line_and_for_many"
COSTS = "tests/badges/test_page_costs.py::"
STATEMENTS = "tests/badges/statements/test_forms.py::"
HELP = "tests/brand/help/test_help.py::test_pages_cost_the_same_for_one_question_and_for_many"
HOUSES = "tests/brand/pages/test_pages.py::test_the_tree_costs_the_same_for_one_house_and_for_many"
BLOCKS = "tests/brand/writing/test_blocks.py::test_many_blocks_of_talk_and_stories_cost_what_one_costs"

COUNTED = {
    "brand.ArchitecturePage": HOUSES,
    # Made of the blocks that are counted there, and of nothing else that grows.
    "brand.IdentityPage": BLOCKS,
    "brand.PromisePage": BLOCKS,
    "brand.ValuesPage": BLOCKS,
    "brand.VoicePage": BLOCKS,
    "brand.SubBrandPage": BLOCKS,
    "account_security": OWN,
    "account_invitations": OWN,
    "usersessions_list": OWN,
    "settings:consents": OWN,
    "community:index": FORUM + "test_lists_need_the_same_queries_for_1_and_many",
    "community:space": FORUM + "test_lists_need_the_same_queries_for_1_and_many",
    **dict.fromkeys(
        ("community:list", "community:space_list", "community:tag", "community:tag_list", "community:tags"),
        LISTS + "test_behaviour_22_every_list_costs_the_same_for_1_20_and_200_topics",
    ),
    "community:saved": LISTS + "test_behaviour_22_the_saved_page_costs_the_same_for_1_and_many",
    "community:feeds": LISTS + "test_behaviour_22_every_list_costs_the_same_for_1_20_and_200_topics",
    "community:topic": FORUM + "test_a_topic_page_needs_the_same_queries_for_1_and_20_posts",
    "moderation:queue": MODERATION,
    "moderation:log": MODERATION,
    "moderation:rules": MODERATION,
    "moderation:case": MODERATION,
    "moderation:person": MODERATION,
    "moderation:mine": MODERATION,
    "chat:room": "tests/community/chat/test_views.py::test_the_page_costs_the_same_for_one_and_many",
    **dict.fromkeys(
        ("chat:search", "chat:thread", "chat:threads", "chat:conversations", "settings:blocks"),
        "tests/community/chat/test_pages.py::test_pages_cost_the_same_for_one_and_many",
    ),
    **dict.fromkeys(
        ("badges:board", "badges:board_of"), COSTS + "test_the_board_page_costs_the_same_for_one_and_for_many"
    ),
    "badges:take": STATEMENTS + "test_a_statement_costs_the_same_for_a_few_lines_and_for_many",
    "badges:tier": COSTS + "test_the_tier_page_costs_the_same_for_one_posting_and_for_many",
    **dict.fromkeys(
        ("badges:book", "badges:books"), COSTS + "test_members_books_cost_the_same_for_one_line_and_for_many"
    ),
    "community:history": (
        "tests/community/forum/test_versions.py::test_the_history_costs_the_same_for_one_version_and_for_many"
    ),
    "community:merge": (
        "tests/community/moderation/test_joining_with.py::test_topics_to_choose_from_cost_the_same_for_one_and_for_many"
    ),
    "community:split": (
        "tests/community/moderation/test_merging.py::test_the_page_to_choose_posts_costs_the_same_for_one_and_for_many"
    ),
    **dict.fromkeys(
        ("badges:challenges", "badges:challenge"),
        "tests/badges/challenges/test_pages.py::test_the_pages_cost_the_same_for_one_challenge_and_for_many",
    ),
    "badges:hall": BADGES,
    "badges:badge": BADGES,
    "badges:shelf": BADGES,
    "badges:choose": BADGES,
    "my:home": MINE,
    "my:statement": MINE,
    "notifications:index": "tests/portal/notifications/test_pages.py::test_the_inbox_costs_the_same_for_one_and_many",
    "search:index": "tests/portal/finding/test_pages.py::test_results_cost_the_same_for_one_and_for_many",
    "people:former_names": "tests/portal/people/test_former_names.py::test_one_name_costs_what_many_cost",
    "people:page": "tests/portal/people/test_page.py::test_the_page_costs_the_same_for_one_word_and_for_many",
    "brand.HomePage": STORIES,
    "brand.StoryIndexPage": STORIES,
    "brand.StoryPage": STORIES,
    "brand.HelpIndexPage": HELP,
    "brand.HelpGroupPage": HELP,
    "brand.HelpPage": HELP,
}
FORM, WORDS, KINDS = "a form", "one text", "as many lines as the code has kinds"
DEV = "on the builder's own machine only"
NO_LIST = {
    **dict.fromkeys(
        (
            "account_login", "account_signup", "account_confirm_login_code", "account_email_verification_sent",
            "account_logout", "account_prove", "account_email", "account_address_back", "account_set_password",
            "account_reset_password", "account_confirm_password_reset_code", "account_terms", "mfa_activate_totp",
            "mfa_add_webauthn", "account_phone", "community:new_topic", "community:edit", "community:hide",
            "community:restore", "community:save_note", "settings:profile", "settings:privacy", "settings:place",
            "settings:leave",
            "community:move",
            "moderation:new_rule", "moderation:rule", "moderation:lift", "moderation:decision",
            "moderation:waiting",
            "moderation:report",
            "chat:begin", "chat:new_room", "chat:keep_room", "badges:board_settings", "badges:verify",
            "badges:credential",
        ),
        FORM,
    ),
    **dict.fromkeys(("account_inactive", "brand.LegalPage", "/nothing/here/", "notifications:unsubscribe"), WORDS),
    **dict.fromkeys(("notifications:wishes", "settings:index", "api_docs"), KINDS),
    **dict.fromkeys(("dev:index", "dev:mail", "dev:texts", "dev:letter", "dev:gallery", "dev:blocks"), DEV),
}  # fmt: skip


def every_page() -> set[str]:
    return {*PAGES, *(where for where, _page in SERVED)}


def test_every_page_of_the_list_is_counted_or_shows_no_list():
    assert sorted(every_page() - set(COUNTED) - set(NO_LIST)) == []
    assert sorted((set(COUNTED) | set(NO_LIST)) - every_page()) == []
    assert set(COUNTED) & set(NO_LIST) == set()


def reads_one_and_many(test: str) -> bool:
    """Whether the test exists and compares the queries of few and many."""
    path, name = test.split("::")
    tree = ast.parse((ROOT / path).read_text())
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    calls = (node for one in found for node in ast.walk(one) if isinstance(node, ast.Call))
    return any(getattr(call.func, "id", "") == "assert_num_queries_constant" for call in calls)


def test_each_named_test_compares_one_line_with_many():
    assert [test for test in sorted(set(COUNTED.values())) if not reads_one_and_many(test)] == []


def test_a_test_that_only_looks_is_noticed():
    assert not reads_one_and_many("tests/architecture/test_pages.py::test_a_new_route_is_noticed")
    assert not reads_one_and_many("tests/architecture/test_pages.py::test_that_never_was")
