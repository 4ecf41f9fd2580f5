"""Brings the demo world to life by replaying its acts, each at its own past time, through the actions of members.

Nothing is written past an action: balances, tiers and every "why" are therefore true, and `verify_ledger` is green.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from badges import api as badges
from brand.stories.actions import mark_read
from brand.stories.models import StoryPage
from community import api as community
from portal.accounts.claims.actions import open_by_phone
from portal.accounts.models import Member, Standing
from portal.core.clock import now
from portal.demo import challenges, choices, files, keeping, pages, people, programme, reading, talk
from portal.events import relay
from portal.scopes.models import Scope

Act = tuple[datetime, int, Callable[[], Any]]


class World:
    """One loading of the world: who is who, what was posted, and the acts in the order of their time."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.posts: dict[tuple[str, int], Any] = {}
        self.topics: dict[str, Any] = {}
        self.said: dict[tuple[str, int], Any] = {}
        self.acts: list[Act] = []

    def at(self, when: datetime, act: Callable[[], Any]) -> None:
        """Plans an act; acts of the same second keep the order in which they were planned."""
        self.acts.append((when, len(self.acts), act))

    def play(self) -> None:
        """Does all acts in order of time, day by day, and lets the programme hear each day before the next."""
        day = None
        for when, _order, act in sorted(self.acts, key=lambda a: a[:2]):
            if day is not None and when.date() != day:
                self.settle(when)
                self.look_again()
            day = when.date()
            act()
        self.settle(now())

    def look_again(self) -> None:
        """Reads everybody's standing anew: a tier that was reached yesterday opens its doors today."""
        by_pk = {member.pk: member for member in self.members.values()}
        for standing in Standing.objects.filter(member__in=by_pk):
            by_pk[standing.member_id].standing = standing

    def settle(self, until: datetime) -> None:
        """The programme catches up to an instant: deliveries first, then waits that ended."""
        relay.drain()
        while badges.settle_waiting(until):
            pass


def load() -> bool:
    """Loads the world once; False when it is there already. Everything or nothing: one transaction."""
    if Member.objects.filter(email__endswith="@may.example").exists():
        return False
    with transaction.atomic():
        world = World()
        _people(world)
        choices.plan(world)
        pages.build(files.stories()[0]["at"], world.members)
        people.give_sections(world.members)
        _stories(world)
        _forum(world)
        _chat(world)
        reading.plan(world)
        _counter(world)
        keeping.plan(world)
        programme.plan(world)
        challenges.plan(world)
        world.play()
        reading.follow(world)
        community.rank_topics(now())
        badges.close_boards(now())
        programme.follow(world)
        choices.fill_shelves(world)
        for code, key in (("vi", "ly-su-hang-bun"), ("en", "phin-to-melbourne")):
            pages.quote("may-quan", code, world.posts[key, 0])
        pages.quest("nam-suong-muoi", "doc-roi-ke")
    return True


def write_logins() -> None:
    """Writes the table of sign-ins for the runner beside the database."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    (settings.VAR_DIR / "demo-logins.json").write_text(json.dumps(people.logins(), ensure_ascii=False, indent=1))


def _people(world: World) -> None:
    for person in files.people():
        member = world.members[person["key"]] = people.add(person)
        world.at(person["joined"], lambda m=member, at=person["joined"]: people.let_in(m, at))


def _stories(world: World) -> None:
    """Readers come some days after joining and after the story came out."""
    for number, story in enumerate(files.stories()):
        world.at(story["at"], lambda s=story: pages.open_talk(s, world.members[s["author"]]))
        page = StoryPage.objects.get(slug=story["slug"], locale__language_code="vi")
        for place, person in readers(number):
            since = max(person["joined"], story["at"]) + timedelta(
                days=1 + number, hours=(place * 7 + number) % 12, minutes=place * 3
            )
            if since < now():
                actor = world.members[person["key"]]
                world.at(since, lambda a=actor, k=page.translation_key, at=since: mark_read(actor=a, story=k, at=at))


def readers(number: int) -> list[tuple[int, dict[str, Any]]]:
    """Who reads a story, by its place among the stories: two of three members, and Hân unless it waits for her."""
    waits_for = files.stories()[number].get("waits_for", [])
    return [
        (place, person)
        for place, person in enumerate(files.people())
        if not person["role"]
        and person["key"] not in waits_for
        and (person["key"] == "han" or (place + number) % 3 != 0)
    ]


def _forum(world: World) -> None:
    scopes = {scope.code: scope for scope in Scope.objects.all()}
    for space in files.spaces():
        community.open_space(
            code=space["slug"], scope=scopes[space.get("scope", "may")], position=space["order"],
            picture=space_picture(space["picture"]), read_from_rank=space.get("rank"),
            write_from_rank=space.get("rank", 0),
            texts={locale: (space["name"][locale], space["description"][locale]) for locale in ("vi", "en")},
        )  # fmt: skip
    for topic in files.topics():
        world.at(topic["at"], lambda t=topic: _start(world, t))
        _plan_reactions(world, topic["key"], 0, topic.get("reactions", []))
        for number, reply in enumerate(topic["replies"], start=1):
            world.at(reply["at"], lambda t=topic, r=reply, n=number: _reply(world, t, r, n))
            _plan_reactions(world, topic["key"], number, reply.get("reactions", []))
        _plan_choices(world, topic)


def _counter(world: World) -> None:
    """What the counter opened by number: each account with its points, waiting for its person."""
    for row in files.opened_at_the_counter():
        clerk = world.members[row["by"]]
        world.at(row["at"], lambda r=row, c=clerk: open_by_phone(actor=c, phone=r["phone"], name=r["name"], at=r["at"]))
        for number, line in enumerate(row["points"]):
            world.at(line["at"], lambda r=row, c=clerk, line=line, n=number: _collect(c, r["phone"], line, n))
    for row in files.bought():
        clerk, owner = world.members[row["by"]], world.members[row["member"]]
        world.at(row["at"], lambda r=row, c=clerk, o=owner: _credit(c, o, r, f"{r['at']:%j}"))


def _collect(clerk: Member, phone: str, line: dict[str, Any], number: int) -> None:
    _credit(clerk, open_by_phone(actor=clerk, phone=phone, name="", at=line["at"]), line, str(number))


def _credit(clerk: Member, owner: Member, line: dict[str, Any], number: str) -> None:
    badges.credit_by_hand(
        actor=clerk, member_id=owner.pk, amounts={code: line[code] for code in ("spend", "status")}, at=line["at"],
        key=f"demo:{owner.public_id}:{number}", reason=line["reason"],
    )  # fmt: skip


def space_picture(name: str) -> str:
    """The address of a scene's middle as a small square, for the card of a space; made once."""
    stored = f"spaces/{name}.webp"
    if not default_storage.exists(stored):
        small = BytesIO()
        with Image.open(files.scene(name)) as whole:
            ImageOps.fit(whole, (480, 480)).save(small, "WEBP", quality=80)
        default_storage.save(stored, ContentFile(small.getvalue()))
    return settings.MEDIA_URL + stored


def _start(world: World, topic: dict[str, Any]) -> None:
    made = community.start_topic(
        actor=world.members[topic["author"]], space_code=topic["space"], title=topic["title"],
        source=topic["body"].strip(), tags=topic["tags"], language=topic["language"], key=f"demo:{topic['key']}",
        at=topic["at"], live=False, kind=topic.get("kind", "talk"), poll=topic.get("poll"),
    )  # fmt: skip
    world.topics[topic["key"]] = made
    world.posts[topic["key"], 0] = community.first_post(made)


def _plan_choices(world: World, topic: dict[str, Any]) -> None:
    """The answer that helped, and what people chose in a poll."""
    key = topic["key"]
    if "accepted" in topic:
        chosen = topic["accepted"]
        world.at(chosen["at"], lambda: community.accept_answer(
            actor=world.members[topic["author"]], post=world.posts[key, chosen["reply"] + 1], at=chosen["at"],
            live=False,
        ))  # fmt: skip
    for v in topic.get("poll", {}).get("votes", []):
        world.at(v["at"], lambda v=v: community.vote(
            actor=world.members[v["by"]], topic=world.topics[key], choices=[v["choice"]], at=v["at"], live=False
        ))  # fmt: skip


def _reply(world: World, topic: dict[str, Any], reply: dict[str, Any], number: int) -> None:
    answered = world.posts[topic["key"], reply["reply_to"] + 1] if "reply_to" in reply else None
    world.posts[topic["key"], number] = community.post_reply(
        actor=world.members[reply["author"]], topic=world.topics[topic["key"]], source=reply["body"].strip(),
        reply_to=answered, key=f"demo:{topic['key']}:{number}", at=reply["at"], live=False,
    )  # fmt: skip


def _plan_reactions(world: World, topic: str, number: int, reactions: list[dict[str, Any]]) -> None:
    for r in reactions:
        world.at(
            r["at"],
            lambda r=r: community.react(
                actor=world.members[r["by"]], post=world.posts[topic, number], kind=r["kind"], at=r["at"], live=False
            ),
        )


def _chat(world: World) -> None:
    brand = Scope.objects.get(code="may")
    opened = {}
    for position, room in enumerate(files.rooms()):
        made = opened[room["slug"]] = community.open_room(
            code=room["slug"], scope=brand, position=position, from_rank=room.get("rank", 0),
            texts={locale: (room["name"][locale], room["description"][locale]) for locale in ("vi", "en")},
        )  # fmt: skip
        for number, message in enumerate(room["messages"]):
            place = (room["slug"], number)
            world.at(message["at"], lambda m=message, p=place, r=made: talk.say(world, r, m, p, f"{p[0]}:{p[1]}"))
        if room["slug"] == talk.HALL:
            talk.plan_hall(world, made, len(room["messages"]))
    for told in files.talks():
        if "room" in told:
            talk.plan_room(world, told, lambda r=opened[told["room"]]: r)
        else:
            talk.plan_room(world, told, lambda code=told["space"]: community.room_of(code))
