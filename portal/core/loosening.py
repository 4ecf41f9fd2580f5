"""Finding where no row holds all the words: which of them may be left out, and what each is worth.

A rare word tells more than a common one, so each is counted among the rows that the viewer may read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log2

from django.db.models import Count, IntegerField, QuerySet, Value

from portal.core.finding import Asked, Holds, Index, Newest, Part, Wanted, pairs_of, points_of, sum_of

# So far a word's rows are counted to see how rare it is: what stands in more of them is common, however common.
COUNTED = 1_000
# So many words, the rarest, count where not all are found: five have at most ten smallest halves.
MOST_LOOSE = 5


@dataclass(frozen=True)
class Loose:
    """What is asked where no row holds everything: the better half of it, and what each part is worth."""

    half: Wanted
    worth: tuple[tuple[Part, int], ...]


def loosened(rows: QuerySet, index: Index, asked: Asked, *, key: str = "pk") -> Loose | None:
    """The question without what may be left out, or None when too little of it stands anywhere in these rows.

    A rare word tells more than a common one; of many the rarest count. Words that stand nowhere are left out of the
    reckoning; when these are most of what was asked, nothing is held. Queries as for `_counts`.
    """
    counted = _counts(rows, index, [word.folded for word in asked.telling.words], key)
    known = sorted((count, word) for word, count in counted.items() if count)
    if not known or len(known) * 3 < len(counted):
        return None
    weights = {word: 1 + round(log2((COUNTED + 1) / count)) for count, word in known[:MOST_LOOSE]}
    halves = (Wanted(tuple(Part((word,)) for word in together)) for together in smallest_halves(weights))
    worth = [(Part((word,)), 10 * weight) for word, weight in weights.items()]
    worth += [(Part((word,), body=False), 5 * weight) for word, weight in weights.items()]
    worth += [(Part(pair), 60) for pair in pairs_of(asked)]
    return Loose(Wanted(tuple(halves), some=True), tuple(worth))


def holding_some(
    rows: QuerySet, index: Index, loose: Loose | None, *, key: str = "pk", among: "Newest | None" = None
) -> QuerySet:
    """Those rows that hold the better half of a loosened question, with their `score`. `among` as for `holding`."""
    if loose is None:
        return rows.none().annotate(score=Value(0, output_field=IntegerField()))
    # Each part weighs only what is held at all: the list of a common word by itself would be as long as the index.
    points = [points_of(index, key, Wanted((loose.half, part)), worth, among) for part, worth in loose.worth]
    return rows.filter(Holds(key, index=index, wanted=loose.half, among=among)).annotate(score=sum_of(points))


def smallest_halves(weights: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The sets of words that weigh half of all together or more, without those that hold another of these sets."""
    most = (sum(weights.values()) + 1) // 2
    found: list[tuple[str, ...]] = []
    for amount in range(1, len(weights) + 1):
        for together in combinations(weights, amount):
            enough = sum(weights[word] for word in together) >= most
            if enough and not any(set(less) <= set(together) for less in found):
                found.append(together)
    return found


def _counts(rows: QuerySet, index: Index, words: list[str], key: str) -> dict[str, int]:
    """In how many of these rows each word stands: one query where there are few, one bounded query a word else."""
    held = {word: Holds(key, index=index, wanted=Part((word,))) for word in words}
    if index.relation:
        return {
            word: rows.filter(one).order_by().values_list("pk")[: COUNTED + 1].count() for word, one in held.items()
        }
    every = {f"of_{place}": Count("pk", filter=one) for place, one in enumerate(held.values())}
    found = rows.order_by().aggregate(**every).values()
    return {word: min(count, COUNTED + 1) for word, count in zip(held, found, strict=True)}


def best_of(scores: list[int]) -> int:
    """What a row must score among loose ones to be worth showing: half of what the best one has."""
    return max(scores, default=0) // 2


def some_is_less(asked: Asked) -> bool:
    """Whether leaving words out would ask anything else: one word alone has none to spare."""
    return len(asked.terms) > 1 or len(asked.words) > 1
