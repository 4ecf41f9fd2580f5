"""Slice anatomy, sizes and the top level: the same furniture in every room, and nothing fat."""

import ast

import pytest

from tests.architecture.tree import ROOT, SLICED, files, functions, name, project_files

# data.py: which personal data the room keeps, for export and erasure (portal.core.personal_data).
FURNITURE = {
    "__init__.py", "README.md", "models.py", "permissions.py", "selectors.py", "actions.py", "subscribers.py",
    "broadcasts.py", "tasks.py", "forms.py", "views.py", "consumers.py", "viewsets.py", "urls.py", "adapters.py",
    "blocks.py", "data.py",
}  # fmt: skip
FURNITURE_FOLDERS = {"actions", "selectors", "views"}
PACKAGE_FILES = {"__init__.py", "README.md", "apps.py", "models.py", "urls.py", "api.py", "wagtail_hooks.py"}
PACKAGE_FOLDERS = {"migrations", "management", "templatetags"}
# A file with a name of its own, and why no piece of the usual furniture could hold it.
OWN_NAMES: dict[str, str] = {
    "badges/backtest/lines.py": "what a world of a rehearsal is made of: plain data",
    "badges/backtest/replay.py": "reads the log through two worlds: no row of its own, no act",
    "badges/backtest/report.py": "two worlds side by side as plain JSON: pure reckoning",
    "badges/backtest/rings.py": "pairs and rings in a graph of thanks: pure reckoning",
    "badges/backtest/rulebook.py": "which rules hear an event, with a draft put in force: judged in memory",
    "badges/backtest/world.py": "the programme in memory: caps, waits and reversals without a row",
    "badges/openbadges/credentials.py": "a badge as a signed file, and the reader of such files: no rows, no requests",
    "badges/statements/as_csv.py": "a statement as a table: no rows, no requests",
    "badges/statements/as_pdf.py": "a statement as a paper: no rows, no requests",
    "badges/statements/as_proof.py": "a statement as a signed file, and the reader of such files",
    "badges/statements/fonts.py": "the house's own letters for papers",
    "badges/earning/verify.py": "invariants I9 and I13, which need to know rules and events",
    "badges/ledger/chain.py": "the chain of batches over the ledger",
    "badges/tiers/reckoning.py": "the tier that points give on a day: a pure function of points, ladder and calendar",
    "badges/programme/days.py": "the order of the calendar jobs of all rooms, and which day they ran for",
    "badges/tiers/verify.py": "invariant I11, which needs to know the ladder",
    "badges/awards/counting.py": "pure reckoning over facts, the same for giving, losing and progress",
    "badges/awards/definitions.py": "the one reader of a badge's criteria",
    "badges/awards/facts.py": "translates events of all rooms into what can be counted",
    "badges/awards/houses.py": "whose medals wear which house's colours: the tree of scopes beside the awards",
    "badges/awards/judging.py": "what an event is judged by: the reads of the one who gives, apart from those of pages",
    "badges/awards/streaks.py": "pure reckoning of days in a row and of the days of rest that keep them",
    "badges/awards/zones.py": "pure reckoning of whose calendar a member's days are read from",
    "badges/awards/locks.py": "the one home of the shelf's lock and of its order",
    "badges/awards/listeners.py": "who reckons by the facts beside the badges",
    "badges/challenges/definitions.py": "the one reader of a challenge's JSON",
    "badges/challenges/judging.py": "what a challenge is judged by, and the facts that count",
    "badges/challenges/reckoning.py": "how far facts reach: pure reckoning",
    "badges/challenges/verify.py": "the challenges' part of I13",
    "badges/programme/challenge_form.py": "the form of challenges: rows of steps",
    "badges/programme/challenge_trial.py": "what a drafted challenge would have brought",
    "badges/campaigns/definitions.py": "the one reader of a campaign's JSON",
    "badges/campaigns/lifting.py": "what campaigns add to an award: pure, the same for paying, proving and rehearsing",
    "badges/programme/campaign_form.py": "the form of campaigns: what is lifted, where, for whom and how much in all",
    "badges/segments/definitions.py": "the one reader of a segment's JSON",
    "badges/segments/reckoning.py": "turns conditions into one query over the rooms below",
    "badges/segments/wording.py": "what a segment asks, in sentences",
    "badges/earning/caps.py": "counters inside the posting's transaction: neither a read nor an act of their own",
    "badges/earning/conditions.py": "what a rule asks of the values that came with an event: pure reading and words",
    "badges/earning/definitions.py": "the one reader of a rule's JSON",
    "badges/earning/statement.py": "turns postings into sentences; the selectors stay queries",
    "badges/earning/subjects.py": "translates events of all rooms into the programme's words",
    "badges/ledger/calendar.py": "when points lapse: pure dates, no rows",
    "badges/ledger/errors.py": "refusals that callers tell apart",
    "badges/ledger/locks.py": "the one home of the ledger's row locks and of their order",
    "badges/ledger/seal.py": "the triggers as they should be, for the check and for verify_ledger",
    "badges/awards/vocabulary.py": "what a badge can count, in a manager's words, and what nobody could reach",
    "badges/earning/vocabulary.py": "what a rule can hear, in a manager's words, and what could never match",
    "badges/programme/books.py": "a member's book: reads of many rooms for one page",
    "badges/earning/settling.py": "how a wait ends or pauses, for the judge, the calendar and the desk alike",
    "badges/programme/rings.py": "members who give each other points: reads of many rooms, for the calendar and a page",
    "badges/programme/held.py": "what waits, heap by heap: reads of many rooms, for a page and its action",
    "badges/programme/plots.py": "paths and bars of a rehearsal's plots: no rows, no requests",
    "badges/programme/rehearsals.py": "a finished backtest for its page: reads of many rooms, numbers become names",
    "badges/medals/words.py": "what the parts of a medal are called, in words alone",
    "badges/programme/medal_form.py": "the badge's form, which alone is as long as all others together",
    "badges/programme/standing.py": "what moves a tier: rules and counters as the tier page tells them",
    "badges/programme/wording.py": "what a definition says, in sentences: for reading, comparing and approving",
    "badges/programme/segment_form.py": "the form of segments: rows of typed conditions",
    "badges/programme/ladder_form.py": "the ladder's form: its fields follow the tiers of the day",
    "badges/programme/rungs.py": "which tiers a drafted ladder may have, and what stands in the way",
    "badges/tiers/marks.py": "the drawn marks by name, and the tiers as the ground floor reads them",
    "badges/tiers/perks.py": "the registry by which rooms above tell what a tier opens",
    "badges/programme/contents.py": "the one reader of what a draft holds",
    "badges/programme/previews.py": "tries a draft on what happened: reads of many rooms, reckoned in memory",
    "badges/tiers/definitions.py": "the one reader of a ladder's JSON",
    "badges/medals/drawing.py": "draws a medal from its recipe: no rows, no requests",
    "badges/medals/ribbons.py": "cloth and how it hangs, apart from the medal it holds",
    "badges/medals/svg.py": "the pieces of SVG that medals are made of",
    "badges/medals/motifs.py": "reads the file of motifs",
    "badges/medals/houses.py": "turns the kit of enamels to a house's palette: no rows, no requests",
    "badges/medals/palette.py": "enamels, metals, and what is legible on what",
    "badges/medals/recipe.py": "the one reader of a medal's JSON, and the address of its drawing",
    "badges/medals/shapes.py": "the geometry of outlines and rims",
    "badges/ledger/verify.py": "the proof of the ledger: invariants as queries, for the command and the tests",
    "brand/identity/colour.py": "pure reckoning of contrast and shades",
    "brand/identity/drawing.py": "draws pictures from a look: no rows, no requests",
    "brand/identity/dress.py": "a look as templates need it: addresses and marks",
    "brand/identity/logos.py": "what is kept of an uploaded logo",
    "brand/identity/looks.py": "a look as plain data, and the sheet it makes",
    "brand/identity/marks.py": "the outlines of drawn marks",
    "brand/identity/palette.py": "from four colours to every token; which tokens meet",
    "brand/identity/pictures.py": "drawn once, kept, handed out: between views and drawing",
    "brand/identity/typefaces.py": "the pairs of faces that the front end ships",
    "brand/stories/feeds.py": "the stories as RSS: a format of its own beside the pages",
    "brand/writing/approval.py": "the step of approval: a table of Wagtail's kind with its own rule about who decides",
    "brand/writing/previews.py": "whose eyes a page is seen with: a member who is nobody, built in memory",
    "brand/writing/publishing.py": "Wagtail imports it before any model exists, so it may hold none",
    "brand/writing/slugs.py": "addresses of titles, for the form's script and for the server alike",
    "brand/writing/seo.py": "what machines read of a page: plain values from pages, for every room that writes them",
    "brand/writing/links.py": "what a link of the brand's pages may be: no rows, no requests",
    "brand/writing/living.py": "finds the blocks of a page and hands each kind to its reader",
    "brand/writing/living_blocks.py": "blocks that show what is true now, apart from those that keep their words",
    "brand/writing/basic_blocks.py": "the smallest blocks of Wagtail as the workshop tells them",
    "brand/writing/pictures.py": "the one table of cuts and sizes, for the tag and the task",
    "brand/writing/finding.py": "pages as results of a search: every type of page at once",
    "brand/writing/index.py": "keeps the words of pages for finding them, for every type of page",
    "brand/writing/words.py": "names what the editor's packages left unnamed, once, when the house starts",
    "community/forum/growth.py": "writes in bulk to try a house out at its later size: nobody acts, so it is no action",
    "community/forum/around.py": "reads of what surrounds words; the selectors stay those of talk",
    "community/forum/ballots.py": "the tables of polls, apart from those of talk",
    "community/forum/cards.py": "what page and broadcast show of a post beyond its columns",
    "community/forum/counters.py": "the denormalised numbers, raised and recounted in one place",
    "community/forum/finding.py": "talks as results of a search: its own order and its own page",
    "community/forum/index.py": "keeps the words of posts for finding them, under every action",
    "community/forum/differences.py": "what changed between two texts: no rows, no requests",
    "community/forum/limits.py": "how fast one member may act, for every door",
    "community/forum/locks.py": "the one home of the forum's row locks and of their order",
    "community/forum/ranking.py": "two formulas, pure: no rows, no clock",
    "community/forum/quotes.py": "what of a quote a reader may see, for page and broadcast alike",
    "community/forum/structured.py": "a topic as search engines read it: plain values from what the view has read",
    "community/forum/telling.py": "who hears of answers and mentions, apart from who follows a topic",
    "community/forum/texts.py": "the gate that people's words pass in preview, form and action alike",
    "community/forum/picture_urls.py": "addresses without a language, unlike those of the pages",
    "community/forum/pictures.py": "files of members' pictures: where they lie, who is handed one",
    "community/forum/writing_data.py": "the personal data of those tables",
    "community/forum/writing.py": "the tables around a post's words, apart from those of talk",
    "community/markup/names.py": "who is named in a text: no rows, no requests",
    "community/chat/keeping.py": "what reports and moderation do to a message, beside what its author may do",
    "community/moderation/keeper.py": "answers the gate for words: between the rules and every place that takes words",
    "community/moderation/locks.py": "the one home of moderation's locks and of their order",
    "community/moderation/scoring.py": "the documented formula of a report's weight",
    "community/moderation/trust.py": "the ladder of trust levels as one table, and who is due",
    "community/moderation/wording.py": "the house's words to decisions; the selectors stay queries",
    "community/markup/hosts.py": "finds hosts in texts: no rows, no requests",
    "community/markup/words.py": "finds words in texts: no rows, no requests",
    "community/markup/links.py": "what a link may be: no rows, no requests",
    "community/markup/marks.py": "names, quotes and pictures in Markdown: no rows, no requests",
    "community/markup/renderer.py": "the one renderer; the room has no models",
}

FILE_LINES = 400
ACTION_LINES = 40
VIEW_LINES = 15
LONG_FILES: dict[str, str] = {"tests/pages.py": "one list of every page of ours; two would let a page stand in neither"}

TOP_LEVEL = {
    "manage.py", "run.py", "README.md", "portal", "community", "badges", "brand", "templates", "static", "tests",
    ".ci", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-node.lock",
    "requirements-installer.lock", "package.json", "package-lock.json", ".npmrc", "Makefile", "locale", ".env.example",
    ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "deploy",
}  # fmt: skip


def stray_files(paths: list[str]) -> list[str]:
    """Paths inside the sliced packages that are neither furniture nor excused."""
    stray = []
    for path in paths:
        package, *inner = path.split("/")
        if package not in SLICED or path in OWN_NAMES:
            continue
        if len(inner) == 1:
            known = inner[0] in PACKAGE_FILES
        elif inner[0] in PACKAGE_FOLDERS:
            known = True
        elif len(inner) == 2:
            known = inner[1] in FURNITURE
        else:
            known = len(inner) == 3 and inner[1] in FURNITURE_FOLDERS
        if not known:
            stray.append(path)
    return stray


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def long_functions(code: str, limit: int) -> list[str]:
    """Functions whose body is longer than `limit`."""
    return [f"{f.name}: {body_lines(f)} lines" for f in functions(ast.parse(code)) if body_lines(f) > limit]


def test_every_room_has_the_same_furniture():
    assert stray_files([name(path) for path in files(".py", ".md", under=SLICED)]) == []


def test_every_excuse_is_still_needed():
    existing = {name(path) for path in project_files()}
    assert set(OWN_NAMES) - existing == set()
    assert set(LONG_FILES) - existing == set()


@pytest.mark.parametrize(
    "path",
    ["community/utils.py", "community/forum/helpers.py", "badges/ledger/deep/er.py", "brand/stories/service/x.py"],
)
def test_a_stray_file_is_noticed(path):
    assert stray_files([path]) == [path]


def test_files_stay_readable():
    fat = {}
    for path in files(".py", ".html", ".css", ".js", ".mjs"):
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > FILE_LINES and "migrations" not in path.parts and name(path) not in LONG_FILES:
            fat[name(path)] = lines
    assert fat == {}


def test_actions_are_short_recipes():
    fat = {}
    for path in files(".py", under=("portal", *SLICED)):
        parts = path.relative_to(ROOT).parts
        if path.name == "actions.py" or "actions" in parts[:-1]:
            fat[name(path)] = long_functions(path.read_text(), ACTION_LINES)
    assert {path: found for path, found in fat.items() if found} == {}


def test_views_only_translate():
    fat = {name(path): long_functions(path.read_text(), VIEW_LINES) for path in files(".py") if path.name == "views.py"}
    assert {path: found for path, found in fat.items() if found} == {}


def test_a_long_function_is_noticed_and_its_docstring_is_free():
    long = "def post():\n" + "    step()\n" * 41
    documented = 'def post():\n    """Say.\n' + "\n" * 60 + '    """\n    step()\n'
    assert long_functions(long, ACTION_LINES) == ["post: 41 lines"]
    assert long_functions(documented, ACTION_LINES) == []
    assert long_functions("class V:\n    async def get(self):\n" + "        step()\n" * 16, VIEW_LINES)


def test_the_top_level_holds_only_what_was_agreed():
    assert {name(path).split("/")[0] for path in project_files()} - TOP_LEVEL == set()
