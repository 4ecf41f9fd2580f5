"""`python3 run.py bench`: our pages, sockets and ledger beside the floor of the same machine, in the same minutes.

Prints tables with the ratios and writes them between the markers of the README. `--quick` takes under a minute and
writes nothing.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import table
from tests.bench.serving import client, port_for, serve, web_command
from tests.bench.table import Row
from tests.helpers.servers import postgres_server
from tests.tooling.house import ROOT, House, environment, house, manage

FULL = {"members": 500, "topics": 1000, "posts": 20_000}
QUICK = {"members": 100, "topics": 200, "posts": 4_000}
TOKEN = "b" * 32
# Pages of the floor that take no number.
ALONE = ("hello", "search")


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rows, short looks, README left alone")
    parser.add_argument("--database", default="sqlite", choices=("sqlite", "postgres"))
    parser.add_argument("--server", default="uvicorn", choices=("uvicorn", "granian"), help="what serves the pages")
    parser.add_argument("--skip", action="append", default=[], choices=("pages", "chat", "told", "inside", "million"))
    parser.add_argument("--keep", action="store_true", help="use the demo world loaded last")
    parser.add_argument("--dry", action="store_true", help="leave the README alone")
    return parser.parse_args()


def chat_line(n: int, bare: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """A room of `n`: the bare broadcast, ours, and how they compare."""
    return [
        str(n),
        f"{bare['per_second']:,.0f}",
        f"{bare['cpu']:.1f}",
        f"{ours['per_second']:,.0f}",
        f"{ours['cpu']:.1f}",
        f"{ours['messages_per_second']:,.0f}",
        f"{ours['p50']:.0f} / {ours['p95']:.0f}",
        f"{ours['lost']} / {ours['doubled']}",
        table.of_rate(ours, bare),
    ]


class Bench:
    """One run: what is wanted, and how long each look lasts."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self.wanted = wanted
        self.seconds = 0.6 if wanted.quick else 2.5
        self.grown = QUICK if wanted.quick else FULL
        # Rows that measured something else than what they say, such as a refusal: a run with one fails.
        self.troubles: list[str] = []

    def look(self, name: str, running: House, pids: list[int], paths: list[str], **job: Any) -> Row:
        """One row of the page table: warmed up, then alone, then eight at once."""
        port = int(running.url.rsplit(":", 1)[1])
        job = {"kind": "pages", "port": port, "paths": paths, "status": 200, "count": 50_000, **job}
        client({**job, "c": 2, "seconds": self.seconds / 3}, pids)
        row = Row(name)
        row.one = client({**job, "c": 1, "seconds": self.seconds / 2}, pids)
        row.eight = client({**job, "c": 8, "seconds": self.seconds}, pids)
        wrong = row.one["wrong"] | row.eight["wrong"]
        print(
            f"  {name}: {table.figure(row.eight)}, CPU {table.cpu(row.eight)} ms{f', WRONG {wrong}' if wrong else ''}",
            flush=True,
        )
        if wrong:
            self.troubles.append(f"{name}: answers {', '.join(wrong)}")
        return row

    def look_once(self, name: str, pids: list[int], port: int, paths: list[str], **job: Any) -> Row:
        """One row of pages each asked for a single time, eight at once, with nothing warmed up."""
        job = {"kind": "pages", "port": port, "paths": paths, "status": 200, "count": len(paths), **job}
        row = Row(name)
        row.eight = client({**job, "c": 8, "seconds": 60}, pids)
        print(f"  {name}: {table.figure(row.eight)}, CPU {table.cpu(row.eight)} ms", flush=True)
        if row.eight["wrong"]:
            self.troubles.append(f"{name}: answers {', '.join(row.eight['wrong'])}")
        return row

    def floor(self, env: dict[str, str], folder: Path) -> dict[str, Row]:
        """The floor's rows on the same server with the same number of rows."""
        env = {**env, "DJANGO_SETTINGS_MODULE": "tests.bench.floor.settings"}
        topics, port = self.grown["topics"], port_for()
        manage(env, str(topics), str(self.grown["posts"]), module="tests.bench.floor.fill")
        numbers = [1 + step * 7 % topics for step in range(200)]
        command = web_command(self.wanted.server, "tests.bench.floor", port)
        with serve(command, port, env, folder, "/hello/") as running:
            pids = [running.process.pid]

            def look(name: str, kind: str, **job: Any) -> Row:
                paths = [f"/{kind}/{number}/" for number in numbers] if kind not in ALONE else [f"/{kind}/"]
                return self.look(f"floor: {name}", running, pids, paths, **job)

            return {
                "hello": look("Django hello", "hello"),
                "one": look("1 SELECT and a template", "one"),
                "posts": look("20 posts", "posts"),
                "cached": look("20 posts from cache", "cached"),
                "search": look("20 hits with excerpts", "search"),
                "write": look("INSERT, UPDATE, commit", "write", body="body=" + "x" * 450 + "{n}"),
            }

    def ours(self, running: House, pids: list[int], grown: dict[str, Any], floor: dict[str, Row]) -> list[Row]:
        """Our rows, each with its ratio to the row of the floor that does the same kind of work."""
        anonymous, member = ["language=vi"], [f"sessionid={key}" for key in grown["sessions"]]
        posting = [f"{cookie}; csrftoken={TOKEN}" for cookie in member]
        port = int(running.url.rsplit(":", 1)[1])
        rows = [
            self.look_once("G2 topic, visitor, each once", pids, port, grown["cold"], cookies=anonymous),
            self.look("G1 topic, visitor", running, pids, grown["topics"], cookies=anonymous),
            self.look("G3 topic, member", running, pids, grown["topics"], cookies=member),
            self.look("G1 topic list, visitor", running, pids, [grown["space"]], cookies=anonymous),
            self.look("story, visitor", running, pids, [grown["story"]], cookies=anonymous),
            self.look("home, visitor", running, pids, [grown["home"]], cookies=anonymous),
            self.look("G5 search, a word in 2 % of the posts", running, pids, [grown["search"]], cookies=member),
            self.look("my home", running, pids, [grown["my_home"]], cookies=[f"sessionid={grown['hostess']}"]),
            self.look(
                "G4 reply, member (points included)", running, pids, grown["replies"], cookies=posting, status=302,
                head=f"X-CSRFToken: {TOKEN}\r\n", body="body=M%C3%ACnh+c%C5%A9ng+th%E1%BA%BF+**{n}**&key={n}-bench",
            ),
        ]  # fmt: skip
        beside = ("posts", "posts", "posts", "posts", "one", "posts", "search", "posts", "write")
        for row, key in zip(rows, beside, strict=True):
            row.ratio = f"{table.of_cpu(row, floor[key])} of “{floor[key].name.removeprefix('floor: ')}”"
        for row in (rows[1], rows[3]):
            row.ratio += f", {table.of_rate(row.eight, floor['cached'].eight)} of cached"
        return rows

    def chat(self, running: House, grown: dict[str, Any], env: dict[str, str], folder: Path) -> list[list[str]]:
        """Deliveries a second in a full room, beside a bare broadcast on the same server."""
        lines, port = [], port_for()
        sizes = (50,) if self.wanted.quick else (50, 200, 500)
        bare = [*web_command("uvicorn", "tests.bench.floor", port)[:-1], "tests.bench.floor.broadcast:application"]
        with serve(bare, port, env, folder, "/") as floor:
            for n in sizes:
                text = json.dumps({"t": "ev", "key": "{n}", "text": "Hà Giang sáng nay 9 độ. Ai có ấm đất cho em xin."})
                job = {"kind": "sockets", "port": port, "path": "/", "n": n, "senders": 4, "needle": '"t": "ev"'}
                messages = int((30_000 if self.wanted.quick else 100_000) / n)
                said = {"say": text, "answer": '"key": "{n}"', "messages": messages}
                bare_row = client({**job, **said}, [floor.process.pid])
                ours = self.talk(running, grown, n)
                lines.append(chat_line(n, bare_row, ours))
                print(f"  chat N={n}: {ours['per_second']:,.0f} deliveries/s, lost {ours['lost']}", flush=True)
                if ours["lost"] or ours["doubled"] or ours["refusals"]:
                    first = next(iter(ours["refusals"]), "nothing refused")
                    self.troubles.append(f"chat N={n}: {ours['lost']} lost, {ours['doubled']} doubled; {first}")
        return lines

    def paced(self, running: House, grown: dict[str, Any], env: dict[str, str], folder: Path) -> list[list[str]]:
        """G7: ten messages a second into a full room, and how long the slowest hundredth of the deliveries took."""
        n, port = (50 if self.wanted.quick else 500), port_for()
        bare = [*web_command("uvicorn", "tests.bench.floor", port)[:-1], "tests.bench.floor.broadcast:application"]
        with serve(bare, port, env, folder, "/") as floor:
            job = {"kind": "sockets", "port": port, "path": "/", "n": n, "senders": 1, "needle": '"t": "ev"'}
            text = json.dumps({"t": "ev", "key": "{n}", "text": "Hà Giang sáng nay 9 độ."})
            said = {"say": text, "answer": '"key": "{n}"', "messages": 60, "pause": 0.1}
            bare_row = client({**job, **said}, [floor.process.pid])
        ours = self.talk(running, grown, n, senders=1, messages=60, pause=0.1)
        if ours["lost"] or ours["doubled"]:
            self.troubles.append(f"paced chat: {ours['lost']} lost, {ours['doubled']} doubled")
        print(f"  paced chat N={n}: p99 {ours['p99']:.1f} ms beside {bare_row['p99']:.1f} ms", flush=True)
        return [[str(n), f"{bare_row['p99']:.1f}", f"{ours['p99']:.1f}", f"{ours['lost']} / {ours['doubled']}",
                 f"{ours['p99'] / max(bare_row['p99'], 0.1):.1f}x"]]  # fmt: skip

    def talk(self, running: House, grown: dict[str, Any], n: int, **other: Any) -> dict[str, Any]:
        """Members in one room, eight of them speaking as fast as they are answered."""
        stream = f"room:{grown['room']}"
        say = {
            "t": "send",
            "s": stream,
            "key": "{n}-chat",
            "text": "Hà Giang sáng nay 9 độ, {n}. Ai có ấm đất cho em xin.",
        }
        job = {
            "kind": "sockets", "port": int(running.url.rsplit(":", 1)[1]), "path": "/ws/", "n": n, "senders": 8,
            "cookies": [f"sessionid={key}" for key in grown["sessions"]],
            "subscribe": json.dumps({"t": "sub", "s": stream, "after": None}),
            "needle": '"t":"ev"', "say": json.dumps(say), "answer": '"key":"{n}-chat"',
            "messages": 100 if self.wanted.quick else 300, **other,
        }  # fmt: skip
        return client(job, [running.process.pid])

    def told(self, running: House) -> list[list[str]]:
        """G13: events by the API until all are judged and posted with their reasons, one by one and by the hundred."""
        job = json.loads(manage(running.env, "prepare", module="tests.bench.telling").splitlines()[-1])
        port, lines, before = int(running.url.rsplit(":", 1)[1]), [], {"postings": 0, "reasons": 0}
        ways = {
            "one by one": ("single", "/api/v1/events", 201, 1),
            "by the hundred": ("batch", "/api/v1/events/batch", 200, 100),
        }
        for name, (bodies, path, status, each) in ways.items():
            sent = client({
                "kind": "pages", "port": port, "paths": [path], "status": status, "count": 50_000, "c": 8,
                "seconds": 2 if self.wanted.quick else 10, "bodies": job[bodies], "head": job["head"],
                "type": "application/json",
            }, [running.process.pid])  # fmt: skip
            after = json.loads(manage(running.env, "wait", module="tests.bench.telling").splitlines()[-1])
            events, seconds = sent["n"] * each, sent["n"] / sent["per_second"] + after["seconds"]
            stored = after["reasons"] - before["reasons"]
            if sent["wrong"] or stored != events:
                self.troubles.append(f"events {name}: {sent['wrong']}, {events} told, {stored} judged")
            posted, before = after["postings"] - before["postings"], after
            lines.append([
                f"events {name}", f"{sent['per_second'] * each:,.0f}", f"{sent['p50']:.0f} / {sent['p95']:.0f}",
                f"{events / seconds:,.0f}", f"{posted:,} of {events:,}",
            ])  # fmt: skip
            print(f"  events {name}: {events / seconds:,.0f} judged and posted a second", flush=True)
        return lines

    def inside(self, env: dict[str, str]) -> list[list[str]]:
        """The ledger and the judging, beside a raw commit."""
        quiet = {**env, "TRIAN_RELAY": "off"}
        seconds = "0.6" if self.wanted.quick else "3"
        found = json.loads(manage(quiet, seconds, module="tests.bench.inside").splitlines()[-1])
        names = {
            "raw": "floor: raw INSERT and commit by the driver",
            "earn": "earning, one transaction each",
            "earn_batch": "earning, 100 in a transaction",
            "redeem": "redeeming, 20 threads",
            "balance": "reading a balance",
            "judge": "events judged and delivered (reply and reaction, every subscriber)",
        }
        lines = []
        for key, name in names.items():
            row = found[key]
            percentiles = f"{row['p50']:.2f} / {row['p95']:.2f}" if "p50" in row else ""
            lines.append([name, f"{row['per_second']:,.0f}", percentiles, table.of_rate(row, found["raw"])])
        judged, proof = found["judge"], found["verify"]
        lines.append(["… of these, postings written", f"{judged['postings_per_second']:,.0f}", "", ""])
        checked = f"{proof['entries']:,} entries in {proof['seconds']:.2f} s, {proof['findings']} findings"
        lines.append([f"verify_ledger, all checks: {checked}", "", "", ""])
        tried = found["rehearse"]
        replayed = f"{tried['events']:,} events in {tried['seconds']:.1f} s (load of the machine {tried['load']})"
        lines.append([f"backtest of a draft: {replayed}", f"{tried['events'] / tried['seconds']:,.0f}", "", ""])
        return lines

    def million(self, env: dict[str, str]) -> list[list[str]]:
        """What is read and proved in a large ledger; last of all, for it stays in the house."""
        found = json.loads(manage(env, "1000000", module="tests.bench.million").splitlines()[-1])
        balance, proof = found["balance"], found["verify"]
        if proof["findings"]:
            self.troubles.append(f"a million entries: {proof['findings']} findings")
        slowest = sorted(proof["each"].items(), key=lambda pair: -pair[1])[:4]
        return [
            ["balance read, p50 / p95 ms", f"{balance['p50']:.2f} / {balance['p95']:.2f}"],
            ["verify_ledger, all checks, s", f"{proof['seconds']:.1f}"],
            ["… the slowest of them, s", ", ".join(f"{name} {seconds:.1f}" for name, seconds in slowest)],
            [f"closing {found['closed']} batches of the chain, s", f"{found['chained']:.1f}"],
        ]

    def run(self) -> list[str]:
        """Everything wanted, as lines of Markdown."""
        lines: list[str] = []
        with ExitStack() as stack:
            extra = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
            if self.wanted.database == "postgres":
                extra["DATABASE_URL"] = stack.enter_context(postgres_server())
            running = stack.enter_context(house(keep=self.wanted.keep, **extra))
            grown_words = [str(number) for number in self.grown.values()]
            grown = json.loads(manage(running.env, *grown_words, "24", module="tests.bench.scale").splitlines()[-1])
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trian-floor-")))
            bare_env = {**environment(folder), **({"DATABASE_URL": extra["DATABASE_URL"]} if len(extra) > 1 else {})}
            if "pages" not in self.wanted.skip:
                floor = self.floor(bare_env, folder)
                lines += table.page_table([*floor.values(), *self.pages(running, grown, floor, folder)])
            if "chat" not in self.wanted.skip:
                head = [
                    "G6 room of",
                    "bare broadcast/s",
                    "us CPU",
                    "ours/s",
                    "us CPU",
                    "messages/s",
                    "answer p50 / p95 ms",
                    "lost / doubled",
                    "ratio",
                ]
                lines += ["", *table.markdown(head, self.chat(running, grown, bare_env, folder))]
                head = ["G7: 10 messages/s into a room of", "bare p99 ms", "ours p99 ms", "lost / doubled", "ratio"]
                lines += ["", *table.markdown(head, self.paced(running, grown, bare_env, folder))]
            if "told" not in self.wanted.skip:
                head = ["G13: told by /api/v1", "taken/s", "p50 / p95 ms", "taken, judged, posted/s", "posted"]
                lines += ["", *table.markdown(head, self.told(running))]
            if "inside" not in self.wanted.skip:
                head = ["ledger and events", "per second", "p50 / p95 ms", "beside a raw commit"]
                lines += ["", *table.markdown(head, self.inside(running.env))]
            if "million" not in self.wanted.skip and not self.wanted.quick:
                lines += ["", *table.markdown(["a ledger of a million entries", ""], self.million(running.env))]
        conditions = table.conditions(self.wanted.server, self.wanted.database, self.grown)
        return [conditions, "", *lines]

    def pages(self, running: House, grown: dict[str, Any], floor: dict[str, Row], folder: Path) -> list[Row]:
        """Our pages on the wanted server; the relay that judges replies is counted with it."""
        if self.wanted.server == "uvicorn":
            return self.ours(running, [running.process.pid], grown, floor)
        port = port_for()
        with serve(web_command("granian", "portal", port), port, running.env, folder) as fast:
            # The embedded house beside it goes on relaying: its CPU belongs to the replies.
            return self.ours(fast, [fast.process.pid, running.process.pid], grown, floor)


def main() -> int:
    """Measure, print, write the README."""
    wanted, began = options(), time.monotonic()
    bench = Bench(wanted)
    lines = bench.run()
    print("\n" + "\n".join(lines))
    if bench.troubles:
        print("\nNot a measurement:\n" + "\n".join(f"  {trouble}" for trouble in bench.troubles))
        return 1
    if not wanted.quick and not wanted.dry:
        table.put_into(ROOT / "README.md", lines)
    print(f"\n{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
