"""The demo world's texts and pictures hold together: people, times, languages, and no sentence said twice."""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from portal.demo import files, loader

WORLD = Path(__file__).resolve().parents[3] / "portal" / "demo" / "world"
ZONE = timezone(timedelta(hours=7))
LAST_MOMENT = datetime(2026, 11, 22, 20, tzinfo=ZONE)
BEATS = ["opening", "knot", "climax", "resolution"]
STAFF = ("brand", "moderator", "manager", "approver", "store", "care", "analyst", "admin")
ROLES = {"": 52, **dict.fromkeys(STAFF, 1)}
VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹàáãèéìíòóõùúýĩũ")


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((WORLD / name).read_text(encoding="utf-8"))


MEMBERS = {person["key"]: person for person in load("members.toml")["members"]}
SPACES = {space["slug"]: space for space in load("space.toml")["spaces"]}
ROOMS = load("rooms.toml")["rooms"]
TOPICS = {path.stem: load(f"topics/{path.name}") for path in sorted((WORLD / "topics").glob("*.toml"))}
STORIES = {path.stem: load(f"stories/{path.name}") for path in sorted((WORLD / "stories").glob("*.toml"))}
ALT = load("pictures/alt.toml")

each_topic = pytest.mark.parametrize("key", TOPICS)
each_story = pytest.mark.parametrize("slug", STORIES)


def posts(topic: dict[str, Any]) -> list[dict[str, Any]]:
    return [topic, *topic["replies"]]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def sentences(text: str) -> Iterator[str]:
    """Sentences stripped of marks and case; lines quoted from someone else are not the writer's own."""
    for line in text.splitlines():
        if line.startswith(">"):
            continue
        for piece in re.split(r"(?<=[.!?…])[\"”*]*\s+", line):
            words = " ".join(re.findall(r"\w+", piece.casefold()))
            if words and not words.isdigit():
                yield words


def diacritic_share(text: str) -> float:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum(any(letter in VIETNAMESE for letter in word) for word in words) / max(len(words), 1)


def all_said() -> Iterator[tuple[str, str]]:
    for key, topic in TOPICS.items():
        yield key, topic["title"]
        for post in posts(topic):
            yield key, post["body"]
    for room in [*ROOMS, *files.talks()]:
        for message in room["messages"]:
            yield room.get("slug", "a room"), message.get("edited_text", message["body"])
    for key, person in MEMBERS.items():
        yield key, person["bio"]
    for slug, story in STORIES.items():
        for language in ("vi", "en"):
            for beat in story[language]["beats"]:
                for paragraph in beat["paragraphs"]:
                    yield f"{slug}/{language}", paragraph


def test_no_sentence_stands_twice() -> None:
    seen: dict[str, str] = {}
    twice = []
    for place, text in all_said():
        for sentence in sentences(text):
            if sentence in seen:
                twice.append((sentence, seen[sentence], place))
            seen[sentence] = place
    assert not twice


@pytest.mark.parametrize("path", sorted(WORLD.rglob("*.toml")), ids=lambda path: path.name)
def test_texts_are_composed_and_clean(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search("[\u200b-\u200f\u202a-\u202e\ufeff\u00a0\t]", text)
    for value in strings(tomllib.loads(text)):
        assert value.strip() or not value
        assert "  " not in value


def test_the_cast() -> None:
    assert Counter(person["role"] for person in MEMBERS.values()) == ROLES
    assert {"han", "dung", "tam", "khoa", "linh", "mai", "mod", "manager", "staff", "admin"} <= MEMBERS.keys()
    assert len({person["handle"] for person in MEMBERS.values()}) == len(MEMBERS)
    assert len({person["name"] for person in MEMBERS.values()}) == len(MEMBERS)
    assert Counter(person["language"] for person in MEMBERS.values() if not person["role"])["en"] == 9
    assert max(len(person["name"]) for person in MEMBERS.values()) >= 40
    members = [person for person in MEMBERS.values() if not person["role"]]
    assert max(p["born_year"] for p in members) - min(p["born_year"] for p in members) >= 50
    assert len({person["city"] for person in members}) >= 38
    assert len({person["joined"] for person in MEMBERS.values()}) == len(MEMBERS)


@pytest.mark.parametrize("key", MEMBERS)
def test_a_person_is_complete(key: str) -> None:
    person = MEMBERS[key]
    assert re.fullmatch(r"[a-z]+", key)
    assert person["email"] == f"{key}@may.example"
    assert datetime(2026, 3, 1, tzinfo=ZONE) <= person["joined"] <= datetime(2026, 11, 15, tzinfo=ZONE)
    assert person["joined"].utcoffset() == timedelta(hours=7)
    assert 2026 - person["born_year"] >= 16
    share = diacritic_share(person["bio"])
    assert share > 0.5 or (person["language"] == "en" and share < 0.2)
    assert person["role"] or 2 <= len(re.findall(r"[.!?](?:\s|$)", person["bio"])) <= 4
    assert {"look", "age", "style", "wear", "skin", "hair", "ground"} <= person["face"].keys()


@pytest.mark.parametrize("key", MEMBERS)
def test_every_face_is_drawn(key: str) -> None:
    path = WORLD / "pictures" / "faces" / f"{key}.webp"
    with Image.open(path) as face:
        assert (face.format, face.size) == ("WEBP", (160, 160))
    assert path.stat().st_size < 8_000


def test_no_two_faces_are_alike() -> None:
    faces = [path.read_bytes() for path in (WORLD / "pictures" / "faces").glob("*.webp")]
    assert len(faces) == len(set(faces)) == len(MEMBERS)


def test_every_scene_has_words() -> None:
    scenes = {path.stem: path for path in (WORLD / "pictures" / "scenes").glob("*.webp")}
    assert scenes.keys() == ALT.keys()
    assert len(scenes) >= 6
    for name, path in scenes.items():
        with Image.open(path) as scene:
            assert (scene.format, scene.width) == ("WEBP", 1600)
        assert path.stat().st_size < 180_000
        assert diacritic_share(ALT[name]["vi"]) > 0.5 > 0.2 > diacritic_share(ALT[name]["en"])


def scenes_in(value: Any) -> Iterator[str]:
    """The scenes that stand in a page's own texts; faces belong to people and may come again."""
    if isinstance(value, list):
        for one in value:
            yield from scenes_in(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in ("picture", "first", "second") and isinstance(inner, str):
                yield inner
            else:
                yield from scenes_in(inner)


def covers(house: str = "") -> list[str]:
    """Covers of the stories of a house, or of all."""
    return [story["picture"] for story in STORIES.values() if house in ("", f"may-{story['brand']}")]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("page", sorted(path.stem for path in (WORLD / "pages").glob("*.toml")))
def test_no_scene_stands_twice_on_a_page(page: str, language: str) -> None:
    words = load(f"pages/{page}.toml")[language]
    houses = {name: load(f"pages/{name}.toml")[language]["picture"] for name in ("may-rang", "may-tra", "may-quan")}
    shown = list(scenes_in(words))
    # What stands there besides: cards of stories, and the other houses with their covers.
    kinds = {block["type"] for block in words.get("body", [])}
    if page in houses or "newest_stories" in kinds or page == "shelf":
        shown += covers(page if page in houses else "")
    if page in houses or "houses" in kinds or page == "houses":
        shown += [scene for name, scene in houses.items() if name != page]
    assert sorted(shown) == sorted(set(shown))


def test_spaces_are_named_in_both_languages() -> None:
    assert len(SPACES) == 8
    assert {"goc-phin", "ban-tra-som", "english-table"} <= SPACES.keys()
    assert len({space["picture"] for space in SPACES.values()}) == len(SPACES)
    assert [slug for slug, space in SPACES.items() if space.get("rank")] == ["phong-bac"]
    for space in SPACES.values():
        assert space["picture"] in ALT
        for part in ("name", "description"):
            assert diacritic_share(space[part]["vi"]) > 0.3
            assert space[part]["en"] != space[part]["vi"]


def test_topics_and_their_languages() -> None:
    assert len(TOPICS) >= 90
    assert {topic["language"] for topic in TOPICS.values()} == {"vi", "en"}
    assert {topic["space"] for topic in TOPICS.values()} == SPACES.keys()
    assert len({topic["title"] for topic in TOPICS.values()}) == len(TOPICS)


@each_topic
def test_a_topic_is_a_conversation(key: str) -> None:
    topic = TOPICS[key]
    said = posts(topic)
    assert topic["key"] == key
    assert len(said) >= 5
    assert len(topic["replies"]) >= 4
    assert len({post["author"] for post in said}) >= 3
    assert all(a["author"] != b["author"] for a, b in itertools.pairwise(said))
    assert any("reply_to" in reply for reply in topic["replies"])
    for index, reply in enumerate(topic["replies"]):
        if "reply_to" in reply:
            assert 0 <= reply["reply_to"] < index
            assert topic["replies"][reply["reply_to"]]["author"] != reply["author"]


@each_topic
def test_a_topic_speaks_its_language(key: str) -> None:
    topic = TOPICS[key]
    for post in posts(topic):
        share = diacritic_share(post["body"])
        assert share > 0.4 if topic["language"] == "vi" else share < 0.2, post["body"]


@each_topic
def test_a_topic_keeps_to_time(key: str) -> None:
    topic = TOPICS[key]
    said = posts(topic)
    assert datetime(2026, 4, 1, tzinfo=ZONE) <= topic["at"]
    assert [post["at"] for post in said] == sorted({post["at"] for post in said})
    for post in said:
        assert post["at"].utcoffset() == timedelta(hours=7)
        assert MEMBERS[post["author"]]["joined"] < post["at"] < LAST_MOMENT
        given = post.get("reactions", [])
        givers = [reaction["by"] for reaction in given]
        assert len(givers) == len(set(givers))
        assert post["author"] not in givers
        for reaction in given:
            assert reaction["kind"] in ("tea", "heart")
            assert post["at"] < reaction["at"] < LAST_MOMENT
            assert MEMBERS[reaction["by"]]["joined"] < reaction["at"]


def test_rooms_are_lively_and_in_order() -> None:
    hall = next(room for room in ROOMS if room["slug"] == "sanh-chung")
    messages = hall["messages"]
    times = [message["at"] for message in messages]
    assert len(messages) >= 70
    assert len({message["author"] for message in messages}) >= 8
    assert len({time.date() for time in times}) >= 4
    assert times == sorted(set(times))
    assert datetime(2026, 11, 20, 18, tzinfo=ZONE) < times[-1] < LAST_MOMENT
    assert sum(message.get("removed", False) for message in messages) == 2
    assert sum("edited_text" in message for message in messages) >= 3
    for message in messages:
        assert MEMBERS[message["author"]]["joined"] < message["at"]
        assert message["body"] != message.get("edited_text")


@each_story
def test_a_story_is_whole_in_both_languages(slug: str) -> None:
    story = STORIES[slug]
    assert story["slug"] == slug
    assert story["picture"] in ALT
    assert story["author"] in MEMBERS
    for language in ("vi", "en"):
        told = story[language]
        assert told["title"]
        assert told["teaser"]
        assert told["message"]
        assert [beat["kind"] for beat in told["beats"]] == BEATS
        words = 0
        for beat in told["beats"]:
            assert beat["heading"]
            assert 2 <= len(beat["paragraphs"]) <= 4
            for paragraph in beat["paragraphs"]:
                words += len(paragraph.split())
                share = diacritic_share(paragraph)
                assert share > 0.5 if language == "vi" else share < 0.2
        assert words > 900
        assert words / 240 <= story["minutes"] <= words / 130
    counts = [[len(beat["paragraphs"]) for beat in story[language]["beats"]] for language in ("vi", "en")]
    assert counts[0] == counts[1]


def readers_of(number: int) -> set[str]:
    return {person["key"] for _place, person in loader.readers(number)}


def test_two_thirds_of_the_members_read_a_story_and_nobody_for_whom_it_waits() -> None:
    members = sum(not person["role"] for person in MEMBERS.values())
    for number, story in enumerate(files.stories()):
        assert members / 2 < len(readers_of(number)) < members
        assert not readers_of(number) & set(story.get("waits_for", []))


def test_the_newcomer_is_one_reaction_short_of_silver() -> None:
    """Joining 10, three stories 15, and talk: topics 2, answered replies 1, reactions 1, days in chat 1."""
    told = files.stories()
    read = [told[number]["slug"] for number in range(len(told)) if "han" in readers_of(number)]
    assert len(told) - len(read) == 2  # two wait for her
    status = 10 + 5 * len(read)
    received: Counter[Any] = Counter()
    from_giver: Counter[Any] = Counter()
    waiting = 0
    for topic in TOPICS.values():
        for index, post in enumerate(posts(topic)):
            if post["author"] != "han":
                continue
            answers = [reply for reply in topic["replies"][max(index, 0) :] if reply["author"] != "han"]
            if index == 0:
                status += 2 if answers else 0
            elif post["reactions"]:
                status += 1
            else:
                waiting += 1
            for reaction in post["reactions"]:
                received[reaction["at"].date()] += 1
                from_giver[reaction["at"].date(), reaction["by"]] += 1
                status += 1
    assert max(received.values()) <= 20
    assert max(from_giver.values()) <= 3
    status += len({m["at"].date() for room in ROOMS for m in room["messages"] if m["author"] == "han"})
    assert (status, waiting) == (149, 1)


def test_the_counter_and_the_choices_are_about_people_who_are_there() -> None:
    bought, chosen = load("counter.toml")["bought"], load("choices.toml")
    for row in bought:
        assert not MEMBERS[row["member"]]["role"]
        assert MEMBERS[row["by"]]["role"]
        assert MEMBERS[row["member"]]["joined"] < row["at"] < LAST_MOMENT
    assert len({(row["member"], row["at"].date()) for row in bought}) == len(bought)
    told = {*chosen["whole"], *chosen["zones"], *chosen["chosen"]}
    assert {key for key in told if MEMBERS[key]["role"]} == set()
    assert "han" not in told | {row["member"] for row in bought}
    assert set(chosen["zones"]) <= set(chosen["whole"])
    assert {one["cover"] for one in chosen["chosen"].values() if "cover" in one} <= ALT.keys()


def test_whoever_writes_behind_a_door_had_come_through_it() -> None:
    """Silver asks for 150 points; joining is 10, and the counter's book alone has to hold the rest by then."""
    bought = load("counter.toml")["bought"]
    for topic in (one for one in TOPICS.values() if SPACES[one["space"]].get("rank")):
        acts = [(post["author"], post["at"]) for post in posts(topic)]
        acts += [(given["by"], given["at"]) for post in posts(topic) for given in post.get("reactions", [])]
        acts += [(vote["by"], vote["at"]) for vote in topic.get("poll", {}).get("votes", [])]
        for who, at in acts:
            held = 10 + sum(row["status"] for row in bought if row["member"] == who and row["at"].date() < at.date())
            assert MEMBERS[who]["role"] or held >= 150, (topic["key"], who)


def test_every_tier_is_held_by_somebody() -> None:
    book = Counter(dict.fromkeys(MEMBERS, 10))
    for row in load("counter.toml")["bought"]:
        book[row["member"]] += row["status"]
    for threshold, above in ((150, 1000), (1000, 3000), (3000, 10_000)):
        assert [key for key, points in book.items() if threshold <= points < above]
