"""Who pays whom: pairs that thank each other and small rings that thank nobody else. Pure reckoning over two worlds."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from badges.backtest.lines import Line
from badges.backtest.world import World

# What members give each other. Everything else is paid by the house for what she did alone.
COMMUNITY = ("topic_started", "reply_posted", "reaction_added", "answer_accepted")
# So many acts each way in the window make a pair; so many make an edge of a ring.
PAIR_ACTS, EDGE_ACTS = 5, 3
RING_LEAST, RING_MOST, RING_DENSITY = 3, 6, 0.6
SHOWN = 20


@dataclass(frozen=True)
class Group:
    """A pair or ring: its members, how many acts stand behind it, how dense it is (1.0: everybody thanks everybody)."""

    members: tuple[int, ...]
    acts: int
    density: float
    each: tuple[int, ...] = ()


def pairs_of(thanks: Counter[tuple[int, int]], least: int = PAIR_ACTS) -> list[Group]:
    """Two members who thank each other `least` times or more, each way; the busiest first."""
    found = [
        Group((a, b), there + thanks[b, a], 1.0, (there, thanks[b, a]))
        for (a, b), there in thanks.items()
        if a < b and there >= least and thanks[b, a] >= least
    ]
    return sorted(found, key=lambda one: (-one.acts, one.members))


def rings_of(
    thanks: Counter[tuple[int, int]], least: int = EDGE_ACTS, most: int = RING_MOST, density: float = RING_DENSITY
) -> list[Group]:
    """Three to `most` members whose thanks (`least` of them make an edge) come back to each other, from at least the
    share `density` of them to each other; the busiest first."""
    edges: dict[int, list[int]] = defaultdict(list)
    for (a, b), acts in thanks.items():
        if acts >= least:
            edges[a].append(b)
    found = []
    for ring in _strongly_connected(edges):
        if not RING_LEAST <= len(ring) <= most:
            continue
        inner = [(a, b) for a in ring for b in edges[a] if b in ring]
        share = len(inner) / (len(ring) * (len(ring) - 1))
        if share >= density:
            found.append(Group(tuple(sorted(ring)), sum(thanks[pair] for pair in inner), round(share, 2)))
    return sorted(found, key=lambda one: (-one.acts, one.members))


def _strongly_connected(edges: dict[int, list[int]]) -> list[set[int]]:
    """Tarjan's components with a stack of its own: a chain of many thousand members must not exhaust Python's."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    found: list[set[int]] = []
    for root in list(edges):
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            node, rest = work[-1]
            following = next((n for n in rest if n not in index or n in on_path), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = {path.pop()}
                    while node not in component:
                        component.add(path.pop())
                    found.append(component)
                    on_path -= component
            elif following in index:
                low[node] = min(low[node], index[following])
            else:
                index[following] = low[following] = len(index)
                path.append(following)
                on_path.add(following)
                work.append((following, iter(edges.get(following, ()))))
    return found


def risk_of(base: World, draft: World, code: str) -> dict[str, Any]:
    """The share of the points that members give each other which goes to pairs and rings, in both worlds.

    A line belongs to a group when all who stand behind it (who gave it, or who answered what waited) and its owner are
    of that group. `code`: the points that are counted.
    """
    thanks = base.thanks | draft.thanks  # the larger of both: what a draft begins to hear is seen, too
    worlds = [_talk(base, code), _talk(draft, code)]
    kinds = {"pairs": pairs_of(thanks), "rings": rings_of(thanks)}
    result: dict[str, Any] = {
        "code": code, "total": [sum(points for _group, points in world) for world in worlds],
        "asked": {"pair": PAIR_ACTS, "edge": EDGE_ACTS, "most": RING_MOST, "density": RING_DENSITY},
    }  # fmt: skip
    every = [group for groups in kinds.values() for group in groups]
    for kind, groups in kinds.items():
        sums = [_points(groups, world) for world in worlds]
        result[kind] = {
            "count": len(groups), "points": [sum(of.values()) for of in sums],
            "rows": [
                {"members": list(one.members), "acts": one.acts, "each": list(one.each), "density": one.density,
                 "points": [of[one.members] for of in sums]}
                for one in groups[:SHOWN]
            ],
        }  # fmt: skip
    # A pair inside a ring is one risk, counted once.
    result["together"] = [sum(_points(every, world).values()) for world in worlds]
    return result


def _talk(world: World, code: str) -> list[tuple[frozenset[int], int]]:
    """Per line of what members give each other: all whom it concerns, and the points that were not lost again."""
    found = []
    for line in world.lines:
        points = line.left.get(code, 0)
        if points and line.name in COMMUNITY:
            found.append((_concerned(line, world), points))
    return found


def _concerned(line: Line, world: World) -> frozenset[int]:
    owner = world.whose(line.member)
    backers = {line.giver} if line.giver is not None and line.giver != line.member else set(line.responders)
    return frozenset({owner, *backers}) if backers else frozenset()


def _home(groups: Iterable[Group], concerned: frozenset[int]) -> Group | None:
    return next((one for one in groups if concerned and concerned <= set(one.members)), None)


def _points(groups: list[Group], world: list[tuple[frozenset[int], int]]) -> Counter[tuple[int, ...]]:
    found: Counter[tuple[int, ...]] = Counter()
    of_member: dict[int, list[Group]] = defaultdict(list)
    for group in groups:
        for member in group.members:
            of_member[member].append(group)
    for concerned, points in world:
        if concerned:
            home = _home(of_member.get(min(concerned), ()), concerned)
            if home is not None:
                found[home.members] += points
    return found
