"""The three forms of a statement: exact lines of the table, a paper with every letter, a signed file that holds."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from badges.ledger.models import LedgerBatch
from badges.ledger.selectors import balances
from badges.statements import as_csv, as_pdf, as_proof, fonts
from badges.statements.selectors import Paper, Span
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.proofs import State
from tests.badges.statements.conftest import JUNE, MAY, credit, paper_of
from tests.helpers.queries import assert_num_queries_constant

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def rows_of(paper: Paper) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv.table(paper).decode("utf-8-sig"))))


@pytest.mark.usefixtures("in_english")
def test_every_line_of_the_table_stands_as_it_should(book: Member) -> None:
    made = as_csv.table(paper_of(book))
    assert made.startswith(b"\xef\xbb\xbf")  # what Excel knows UTF-8 by
    back = "It was paid, and taken back when the words it was paid for left the page. If they return, so does this."
    gone = "What an act earned goes when the act goes. Nothing beyond it was taken."
    rule = "Paid at once: Reading a story to its end, revision 1, in force since 1 January 2026"
    assert made.decode("utf-8-sig").split("\r\n") == [
        "Statement of points,Tri Ân",
        "Member,Phạm Ngọc Alice",
        "First day,2026-05-01,Last day,2026-05-31,Asia/Ho_Chi_Minh",
        "Made at,2026-06-15T05:00:00+00:00",
        f"Seal of the ledger,1,{LedgerBatch.objects.get().hash}",
        "This table can be changed by anybody. The signed file can be proved.",
        "",
        "Date,What happened,Why,Hạt,Tier points,Reputation,Hạt in all,Tier points in all,Reputation in all",
        "2026-05-01,Opening balance,,,,,20,10,0",
        f'2026-05-04,Read “Năm sương muối” to the end,"{rule}",5,5,,25,15,0',
        f'2026-05-04,Opened “Phin”,"{back}",5,2,2,30,17,2',
        f"2026-05-05,Taken back: the post is no longer shown,{gone},-5,-2,-2,25,15,0",
        "2026-05-06,'=1+1,,1,,,26,15,0",
        "2026-05-31,Closing balance,,,,,26,15,0",
        "",
        "What can be spent now,Points,Last day",
        "Hạt,20,2027-03-31",
        "Hạt,6,2027-05-31",
        "",
    ]


def test_a_table_speaks_the_readers_language(book: Member) -> None:
    with translation.override("vi"):
        rows = rows_of(paper_of(book))
    assert rows[0][0] == "Sao kê điểm"
    assert ["2026-05-04", "Đọc hết “Năm sương muối”"] in [row[:2] for row in rows]
    assert [row[1] for row in rows if row[:1] == ["2026-05-31"]] == ["Số dư cuối kỳ"]


@pytest.mark.parametrize("said", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "\n=1"])
def test_no_cell_is_a_formula(said: str) -> None:
    assert as_csv.inert(said) == f"'{said}"


def test_plain_words_stay_as_they_are() -> None:
    assert as_csv.inert("Trả lời = một việc tốt") == "Trả lời = một việc tốt"
    assert as_csv.inert("") == ""


def test_what_a_member_has_is_what_her_whole_statement_ends_with(book: Member) -> None:
    paper = paper_of(book, Span(date(2000, 1, 1), date(2026, 12, 31)))
    assert paper.closing == {code: sum(roles.values()) for code, roles in balances(book.pk).items()}
    assert paper.opening == dict.fromkeys(paper.kinds, 0)
    whole = [sum(row.amounts.get(code, 0) for row in paper.rows) for code in paper.kinds]
    assert whole == list(paper.closing.values())


def test_one_span_ends_where_the_next_begins(book: Member) -> None:
    first = paper_of(book, Span(date(2026, 1, 1), date(2026, 5, 4)))
    second = paper_of(book, Span(date(2026, 5, 5), date(2026, 6, 15)))
    assert first.closing == second.opening != second.closing
    assert len(first.rows) + len(second.rows) == len(paper_of(book, Span(date(2026, 1, 1), date(2026, 6, 15))).rows)


def test_what_others_have_stands_in_nobody_elses(book: Member, bob: Member) -> None:
    credit(bob, 77, "Chỉ của Bob")
    assert "Chỉ của Bob" not in as_csv.table(paper_of(book)).decode()
    assert "Chỉ của Bob" in as_csv.table(paper_of(bob)).decode()


@pytest.mark.parametrize(
    ("span", "field"),
    [
        (Span(date(2026, 5, 2), date(2026, 5, 1)), "last"),
        (Span(date(2026, 6, 16), date(2026, 6, 17)), "first"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field(alice: Member, span: Span, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        paper_of(alice, span)
    assert refused.value.details["field"] == field


def test_too_many_lines_are_refused_and_not_cut(book: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    from badges.statements import selectors

    lines = len(paper_of(book).rows)
    assert len(selectors.statement_of(book, MAY, viewer=book, at=JUNE, most=lines).rows) == lines
    with pytest.raises(Invalid) as refused:
        selectors.statement_of(book, MAY, viewer=book, at=JUNE, most=lines - 1)
    assert refused.value.code == "too_long"
    monkeypatch.setattr(as_proof, "LARGEST", 2_000)
    with pytest.raises(Invalid) as refused:
        as_proof.signed(paper_of(book))
    assert refused.value.code == "too_long"


def test_a_statement_costs_the_same_for_a_few_lines_and_for_many(book: Member) -> None:
    def grow() -> None:
        for number in range(100, 140):
            credit(book, number)

    assert_num_queries_constant(lambda: paper_of(book), grow)


def test_lines_beyond_a_handful_follow_without_a_gap(book: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = paper_of(book)
    monkeypatch.setattr("badges.statements.selectors._AT_ONCE", 2)
    assert paper_of(book) == whole


# ── The paper ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_letter_of_vietnamese_has_its_shape() -> None:
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy" + "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
    for weight in fonts.WEIGHTS:
        drawn = fonts.runs(letters + letters.upper() + "0123456789−+“”–’·₫", weight)
        assert "".join(text for _face, text in drawn) == letters + letters.upper() + "0123456789−+“”–’·₫"
    assert fonts.runs("🙂") == (("paper-latin", "·"),)


def test_the_paper_has_its_house_its_letters_and_numbered_pages(book: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    before = as_pdf._Sheet._left

    def left(self: as_pdf._Sheet, text: str, *rest: object, **more: object) -> None:
        drawn.append(text)
        before(self, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(as_pdf._Sheet, "_left", left)
    paper = paper_of(book)
    many = replace(paper, rows=paper.rows * 30)
    with translation.override("vi"):
        made = as_pdf.paper(many)
    assert made.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type /Page\b", made))
    assert pages > 2
    assert [text for text in drawn if text.startswith("Trang ")] == [f"Trang {n}" for n in range(1, pages + 1)]
    assert drawn[0] == paper.programme
    assert "Sao kê điểm" in drawn
    assert "Số dư cuối kỳ" in drawn
    assert "Đọc hết “Năm sương muối”" in drawn
    # The fonts travel with the paper: nobody needs them at home.
    assert made.count(b"/FontFile2") >= 3
    assert b"Helvetica" not in made


def test_a_woff_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="WOFF"):
        fonts.unpack(b"wOF2" + bytes(60))


# ── The signed file ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_signed_file_is_found_whole_and_says_what_it_says(book: Member) -> None:
    paper = paper_of(book)
    found = as_proof.examine(as_proof.signed(paper).decode())
    assert found.state == State.VALID
    assert found.told is not None
    assert (found.told.member, found.told.first, found.told.last) == (book.name, MAY.first, MAY.last)
    assert (found.told.count, found.told.made_at) == (len(paper.rows), JUNE)
    assert [(s.opening, s.closing) for s in found.told.sums] == list(
        zip(paper.opening.values(), paper.closing.values(), strict=True)
    )
    assert (found.told.batch, found.told.batch_stands) == (1, True)


def test_written_anew_with_other_blanks_it_still_holds(book: Member) -> None:
    brought = json.loads(as_proof.signed(paper_of(book)))
    assert as_proof.examine("\ufeff" + json.dumps(brought, indent=3)).state == State.VALID


def test_every_single_altered_digit_is_found_and_named(book: Member) -> None:
    whole = json.loads(as_proof.signed(paper_of(book)))
    for number, line in enumerate(whole["lines"], 1):
        for code in line[3]:
            line[3][code] += 1
            found = as_proof.examine(json.dumps(whole))
            assert (found.state, found.lines, found.parts) == (State.ALTERED, [number], [])
            line[3][code] -= 1
    for part in ("opening", "closing"):
        for code in whole["statement"][part]:
            whole["statement"][part][code] += 1
            found = as_proof.examine(json.dumps(whole))
            assert (found.state, found.parts, found.lines) == (State.ALTERED, [part], [])
            assert found.told is not None
            assert (
                found.told.sums[0].closing == paper_of(book).closing["spend"]
            )  # what was signed, not what was written
            whole["statement"][part][code] -= 1
    assert as_proof.examine(json.dumps(whole)).state == State.VALID


def test_a_replaced_period_a_missing_line_an_added_one_and_an_added_part_are_found(book: Member) -> None:
    text = as_proof.signed(paper_of(book)).decode()
    assert as_proof.examine(text.replace('"to": "2026-05-31"', '"to": "2026-06-30"')).parts == ["to"]
    whole = json.loads(text)
    last = whole["lines"].pop()
    found = as_proof.examine(json.dumps(whole))
    assert (found.state, found.missing, found.lines) == (State.ALTERED, 1, [])
    whole["lines"] += [last, last]
    found = as_proof.examine(json.dumps(whole))
    assert (found.state, found.missing, found.lines) == (State.ALTERED, -1, [])
    whole["lines"].pop()
    del whole["statement"]["lots"]
    assert as_proof.examine(json.dumps(whole)).parts == ["lots"]
    assert as_proof.examine(json.dumps(json.loads(text) | {"bonus": 5})).parts == ["bonus"]


def test_the_proof_of_another_statement_makes_no_other_true(book: Member, bob: Member) -> None:
    credit(bob, 50)
    hers, his = (json.loads(as_proof.signed(paper_of(member))) for member in (book, bob))
    found = as_proof.examine(json.dumps(his | {"proof": hers["proof"]}))
    assert found.state == State.ALTERED
    assert "member" in found.parts


def test_a_signature_with_one_other_letter_breaks(book: Member) -> None:
    whole = json.loads(as_proof.signed(paper_of(book)))
    head, body, signature = whole["proof"].split(".")
    other = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
    found = as_proof.examine(json.dumps(whole | {"proof": f"{head}.{body}.{other}"}))
    assert (found.state, found.told) == (State.ALTERED, None)


@pytest.mark.parametrize(
    "brought",
    [
        "", "nothing", "[]", "{}", "null", "1" * 9_000, "[" * 100_000, '{"format": "points-statement/1"}',
        '{"format": "points-statement/1", "statement": {}, "lines": [], "proof": "a.b.c"}',
        '{"format": "points-statement/1", "statement": {}, "lines": [], "proof": "é.b.c"}',
        '{"format": "points-statement/1", "statement": [], "lines": {}, "proof": 7}',
        '{"format": "points-statement/2", "statement": {}, "lines": [], "proof": ""}',
    ],
)  # fmt: skip
def test_what_is_no_statement_is_said_to_be_none(brought: str) -> None:
    found = as_proof.examine(brought)
    assert (found.state, found.told) == (State.FOREIGN, None)


def test_a_name_that_stands_twice_or_a_number_that_is_none_is_not_believed(book: Member) -> None:
    text = as_proof.signed(paper_of(book)).decode()
    twice = text.replace('"member":', '"member": "Ai đó",\n "member":', 1)
    assert as_proof.examine(twice).state == State.FOREIGN
    assert as_proof.examine(text.replace('"spend": 1', '"spend": NaN')).state == State.FOREIGN


def test_a_ledger_that_was_begun_anew_no_longer_carries_the_seal(book: Member) -> None:
    paper = paper_of(book)
    assert paper.batch is not None
    for batch, number in ((paper.batch | {"hash": "0" * 64}, 1), (None, None)):
        found = as_proof.examine(as_proof.signed(replace(paper, batch=batch)).decode())
        assert found.told is not None
        assert (found.state, found.told.batch, found.told.batch_stands) == (State.VALID, number, False)


def test_ten_thousand_lines_stay_within_bounds(book: Member) -> None:
    paper = paper_of(book)
    rows = (paper.rows * (10_000 // len(paper.rows) + 1))[:10_000]
    long = replace(paper, rows=[replace(row, day=row.day + timedelta(days=n % 300)) for n, row in enumerate(rows)])
    signed = as_proof.signed(long)
    assert len(signed) < as_proof.LARGEST
    assert as_proof.examine(signed.decode()).state == State.VALID
    assert len(as_csv.table(long).splitlines()) > 10_000
    with pytest.raises(Invalid) as refused:
        as_pdf.paper(long)
    assert refused.value.code == "too_long"
