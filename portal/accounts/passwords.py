"""What a password may not be. Three validators work together (settings, AUTH_PASSWORD_VALIDATORS):

- Django's `CommonPasswordValidator`: the 20,000 most common passwords of leaked lists that Django ships
  (django/contrib/auth/common-passwords.txt.gz, made by Royce Williams from breaches).
- `HouseholdPasswordValidator`, below: the same list once more for what people do to a common password (a capital, `@`
  for `a`, a year behind it, Vietnamese accents), and what that list does not know because it is made of English
  leaks: words that Vietnamese people take (WORDS, gathered by hand from the kinds that Vietnamese password surveys
  name: greetings to a sweetheart, "password" and "don't know" in Vietnamese, places, football, names), rows of the
  keyboard, runs of digits and letters, and what belongs to this house: its name and the member's own.
- Django's similarity check, over the member's name, handle and address.

NIST SP 800-63B (5.1.1.2) asks for just this: compare with breached, repetitive, sequential and context-specific words,
and ask for length instead of kinds of characters.
"""

import re
from functools import lru_cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.core.mail import house_name
from portal.core.text import fold

WORDS = (
    "matkhau", "khongbiet", "khongco", "khongnho", "anhyeuem", "emyeuanh", "yeuem", "yeuanh", "anhnhoem",
    "nhoem", "nhoanh", "toiyeu", "iloveyou", "love", "maimai", "motminh", "hanhphuc", "tinhyeu", "giadinh",
    "cogiaothao", "bome", "chame", "concung", "conyeu", "meyeu", "boyeu", "bengoan", "congai", "contrai",
    "vietnam", "saigon", "hanoi", "danang", "haiphong", "cantho", "hochiminh", "dalat", "hue", "sapa",
    "phuquoc", "thanhpho", "sinhnhat", "banbe", "xinchao", "chaoban", "camon", "hello", "welcome", "admin",
    "administrator", "quantri", "password", "passwd", "qwerty", "asdfgh", "zxcvbn", "letmein", "master",
    "dragon", "monkey", "football", "bongda", "congphuong", "quanghai", "manchester", "barcelona", "realmadrid",
    "arsenal", "liverpool", "chelsea", "facebook", "zalo", "google", "gmail", "samsung", "iphone", "nokia",
    "honda", "yamaha", "airblade", "vision", "wave", "sunshine", "princess", "superman", "nguyen", "tran",
    "pham", "hoang", "phan", "huynh", "dang", "bui", "ngo", "duong", "linh", "huong", "trang", "thao", "tuan",
    "hung", "dung", "hieu", "minh", "long", "quan", "khanh", "thanh", "phuong", "thuy", "ngoc", "hoa", "lan",
    "mai", "cuong", "kien", "nam", "anh", "trian", "diemthuong", "thanhvien", "khachhang", "member", "loyalty",
)  # fmt: skip
ROWS = (
    "1234567890",
    "0987654321",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o",
)
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# Letters that people write as digits and signs.
LEET = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s", "7": "t"})
# No form takes a longer one; what stands further back is not looked at.
LONGEST = 200
RUN = 4
LEAST_OF_ONES_OWN = 6


@lru_cache(maxsize=1)
def _common() -> set[str]:
    return CommonPasswordValidator().passwords


def _forms(password: str) -> set[str]:
    plain = re.sub(r"\s+", "", fold(password[:LONGEST]))
    return {plain, plain.translate(LEET)}


def _own_words(user: Any) -> list[str]:
    """What belongs to the house and to her: each part of a name that is long enough to mean something."""
    texts = [house_name(), getattr(user, "name", ""), getattr(user, "handle", "") or "", getattr(user, "email", "")]
    parts: set[str] = set()
    for text in texts:
        parts.update(re.split(r"[\W_]+", text or ""))
        parts.add(re.sub(r"\s+", "", text or ""))
    return sorted({fold(part).replace(" ", "") for part in parts if len(part) >= 3}, key=len, reverse=True)


def _without_runs(text: str) -> str:
    """The text without keyboard rows, stretches of the alphabet, digits in a row, repetitions, dates and years."""
    text = re.sub(r"(.)\1{2,}", "", text)
    text = re.sub(r"(..+?)\1{2,}", r"\1", text)
    for row in (*ROWS, ALPHABET):
        for line in (row, row[::-1]):
            for size in range(len(line), RUN - 1, -1):
                for start in range(len(line) - size + 1):
                    text = text.replace(line[start : start + size], "")
    return re.sub(r"\d{1,2}[/.-]?\d{1,2}[/.-]?(19|20)\d\d|(19|20)\d\d", "", text)


def is_guessable(password: str, user: Any = None) -> bool:
    """Whether little is left of this password once everything is taken away that a guesser tries first."""
    for form in _forms(password):
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", form)
        if form in _common() or core in _common():
            return True
        left = form
        for word in (*_own_words(user), *sorted(WORDS, key=len, reverse=True)):
            left = left.replace(word, "")
        left = re.sub(r"[\W_]+", "", _without_runs(left))
        if len(left) < LEAST_OF_ONES_OWN or len(set(left)) < 4:
            return True
    return False


class HouseholdPasswordValidator:
    """Refuses what Vietnamese people, keyboards and this house make guessable."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a guessable password; never says which part of it was known."""
        if is_guessable(password, user):
            raise ValidationError(
                _("That one is guessed early. Take a few words that belong together only for you."), code="guessable"
            )

    def get_help_text(self) -> str:
        """Said beside the field where a form shows the rules."""
        return _("Not a name, a date, a row of the keyboard or a well-known word.")
