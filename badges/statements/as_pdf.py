"""The statement as a paper: A4, the house's own letters, a head on every page, numbered."""

import io
import unicodedata

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from badges.statements import fonts
from badges.statements.selectors import Paper, Sums
from portal.core.clock import programme_zone
from portal.core.errors import Invalid
from portal.core.mail import absolute, letter_head
from portal.ui.templatetags.ui import amount as grouped
from portal.ui.templatetags.ui import signed_amount

WIDTH, HEIGHT = A4
SIDE, TOP, FOOT = 42.0, 54.0, 48.0
INK, QUIET, LINE, GREEN = HexColor("#1d1b18"), HexColor("#5f5a52"), HexColor("#d8d2c6"), HexColor("#1f5c43")
# A hundred pages and more, and some seconds of work: longer spans are for the other two forms.
MOST_LINES = 3_000
DAY, COLUMN = 56.0, 46.0


def paper(content: Paper) -> bytes:
    """The whole file. Raises Invalid (`field`) beyond `MOST_LINES`."""
    out = io.BytesIO()
    if len(content.rows) > MOST_LINES:
        words = _("A paper of that length is no pleasure. Please choose fewer days, or the table or the signed file.")
        raise Invalid(words, field="last", code="too_long")
    face = fonts.runs("A")[0][0]
    canvas = Canvas(out, pagesize=A4, pageCompression=1, lang=get_language() or "vi", initialFontName=face)
    sheet = _Sheet(content, canvas)
    sheet.write()
    return out.getvalue()


class _Sheet:
    """A pen on one page after another; `y` is the line that it stands on."""

    def __init__(self, content: Paper, canvas: Canvas) -> None:
        self.paper, self.canvas, self.page, self.y = content, canvas, 0, 0.0
        self.accent = HexColor(colour) if (colour := letter_head().accent) else GREEN
        # What never moved and is nothing needs no column.
        self.codes = [c for c in content.kinds if c == "spend" or content.opening[c] or content.closing[c]]
        self.codes += [c for c in content.kinds if c not in self.codes and any(c in r.amounts for r in content.rows)]
        self.words = WIDTH - 2 * SIDE - DAY - COLUMN * 2 * len(self.codes)

    def write(self) -> None:
        self.canvas.setTitle(f"{_('Statement of points')} – {self.paper.programme}")
        self.canvas.setAuthor(self.paper.programme)
        self._begin_page()
        self._sum(_("Opening balance"), self.paper.span.first, self.paper.opening)
        for row in self.paper.rows:
            self._row(row.day, row.title, row.why, row.amounts, row.balances)
        self._sum(_("Closing balance"), self.paper.span.last, self.paper.closing)
        self._end()
        self._end_page()
        self.canvas.save()

    # -- pages -----------------------------------------------------------------------------------------------------
    def _begin_page(self) -> None:
        self.page, self.y = self.page + 1, HEIGHT - TOP
        if self.page == 1:
            self._title()
        for number, code in enumerate(self.codes):
            self._right(self.paper.kinds[code], self._column(number), 7.5, QUIET, most=COLUMN - 4)
            self._right(_("in all"), self._column(number) + COLUMN, 7.5, QUIET)
        self._left(_("Date"), SIDE, 7.5, QUIET)
        self._left(_("What and why"), SIDE + DAY, 7.5, QUIET)
        self._rule(6)

    def _title(self) -> None:
        paper, date = self.paper, self._day
        self.canvas.setFillColor(self.accent)
        self.canvas.rect(0, HEIGHT - 14, WIDTH, 14, stroke=0, fill=1)
        self._left(paper.programme, SIDE, 12, self.accent, "strong")
        self.y -= 30
        self._left(_("Statement of points"), SIDE, 20, INK, "strong")
        self.y -= 20
        days = _("%(first)s to %(last)s") % {"first": date(paper.span.first), "last": date(paper.span.last)}
        for text in (paper.member, f"{days} ({paper.zone})"):
            self._left(text, SIDE, 10, INK)
            self.y -= 15
        self.y -= 12

    def _end_page(self) -> None:
        self.y = FOOT - 18
        self._left(_("Made at %(when)s") % {"when": self._moment()}, SIDE, 7.5, QUIET)
        self._right(_("Page %(number)s") % {"number": self.page}, WIDTH - SIDE, 7.5, QUIET)
        self.canvas.showPage()

    def _need(self, height: float) -> None:
        if self.y - height < FOOT:
            self._end_page()
            self._begin_page()

    # -- lines -----------------------------------------------------------------------------------------------------
    def _row(self, day: object, title: str, why: str, amounts: Sums, balances: Sums) -> None:
        titles, whys = self._wrap(title, 9, 2), self._wrap(why, 7.5, 3)
        self._need(11.5 * len(titles) + 9.5 * len(whys) + 6)
        self._left(self._day(day), SIDE, 9, INK)
        for number, code in enumerate(self.codes):
            if amounts.get(code):
                self._right(signed_amount(amounts[code]), self._column(number), 9, INK)
            self._right(_sum_text(balances[code]), self._column(number) + COLUMN, 9, QUIET)
        for text in titles:
            self._left(text, SIDE + DAY, 9, INK)
            self.y -= 11.5
        for text in whys:
            self._left(text, SIDE + DAY, 7.5, QUIET)
            self.y -= 9.5
        self.y += 5
        self._rule(1)

    def _sum(self, title: str, day: object, sums: Sums) -> None:
        self._need(22)
        self._left(self._day(day), SIDE, 9, INK)
        self._left(title, SIDE + DAY, 9, INK, "strong")
        for number, code in enumerate(self.codes):
            self._right(_sum_text(sums[code]), self._column(number) + COLUMN, 9, INK, weight="strong")
        self.y -= 7
        self._rule(0)

    def _end(self) -> None:
        """What can be spent now with its last day, the ledger's hash, and where the provable form is had."""
        self._need(60)
        self.y -= 10
        if self.paper.lots:
            self._left(_("What can be spent now"), SIDE, 10, INK, "strong")
            self.y -= 15
        for lot in self.paper.lots:
            self._need(13)
            last = self._day(lot.last_day) if lot.last_day else ""
            until = _("until %(day)s") % {"day": last} if last else _("no last day")
            self._left(f"{grouped(lot.remaining)} {self.paper.kinds[lot.code]}, {until}", SIDE, 9, INK)
            self.y -= 13
        self._need(56)
        self.y -= 8
        words = _(
            "“In all” is everything that is yours: what can be spent, what waits and what is held, less what is owed."
        )
        self._left(words, SIDE, 7.5, QUIET)
        self.y -= 12
        if self.paper.batch:
            seal = f"{self.paper.batch['number']} · {self.paper.batch['hash']}"
            self._left(f"{_('Seal of the ledger')}: {seal}", SIDE, 7.5, QUIET)
            self.y -= 12
        words = _("This paper is for reading. The signed file of the same days can be checked at %(address)s")
        self._left(words % {"address": absolute("/verify/")}, SIDE, 7.5, QUIET)

    # -- the pen ---------------------------------------------------------------------------------------------------
    def _column(self, number: int) -> float:
        """The right edge of a kind's changes; its balance stands in the column after it."""
        return WIDTH - SIDE - COLUMN * (2 * (len(self.codes) - number) - 1)

    def _left(self, text: str, x: float, size: float, colour: HexColor, weight: str = "text") -> None:
        pen = self.canvas.beginText(x, self.y)
        pen.setFillColor(colour)
        for face, letters in fonts.runs(_one(text), weight):
            pen.setFont(face, size)
            pen.textOut(letters)
        self.canvas.drawText(pen)

    def _right(
        self, text: str, x: float, size: float, colour: HexColor, *, weight: str = "text", most: float = 0
    ) -> None:
        text = _one(text)
        while most and fonts.width(text, size, weight) > most and len(text) > 1:
            text = text[:-1]
        self._left(text, x - fonts.width(text, size, weight), size, colour, weight)

    def _rule(self, below: float) -> None:
        self.y -= below
        self.canvas.setStrokeColor(LINE)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(SIDE, self.y, WIDTH - SIDE, self.y)
        self.y -= 12.5

    def _wrap(self, text: str, size: float, most: int) -> list[str]:
        """The text in lines that fit its column; what is left over after `most` of them ends in an ellipsis."""
        lines: list[str] = []
        space, used = fonts.width(" ", size), 0.0
        for word in _one(text).split():
            # Word by word, since people write the same words again and again and their widths are kept.
            wide = fonts.width(word, size)
            if lines and used + space + wide <= self.words:
                lines[-1], used = f"{lines[-1]} {word}", used + space + wide
                continue
            if len(lines) == most:
                lines[-1] = f"{lines[-1][:-1]}…"
                break
            while wide > self.words:
                word = f"{word[: len(word) // 2]}…"
                wide = fonts.width(word, size)
            lines.append(word)
            used = wide
        return lines

    @staticmethod
    def _day(day: object) -> str:
        return formats.date_format(day, "SHORT_DATE_FORMAT")  # type: ignore[arg-type]

    def _moment(self) -> str:
        return formats.date_format(timezone.localtime(self.paper.made_at, programme_zone()), "SHORT_DATETIME_FORMAT")


def _one(text: str) -> str:
    """Composed letters, as the fonts hold them."""
    return unicodedata.normalize("NFC", text)


def _sum_text(amount: int) -> str:
    """A balance as people write it, with a true minus where something is owed."""
    return f"−{grouped(-amount)}" if amount < 0 else str(grouped(amount))
