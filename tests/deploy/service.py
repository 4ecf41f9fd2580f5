"""The house as `deploy/` starts it: the commands of its units, production settings, nginx with the site's own file."""

from __future__ import annotations

import datetime
import email
import email.header
import os
import re
import shlex
import shutil
import signal
import socketserver
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.helpers.servers import NGINX_MISSING, free_port
from tests.tooling.house import ROOT, collect_static

DEPLOY = ROOT / "deploy"
SITE = "may.example"


def nginx_program() -> str:
    """Path of nginx; raises FileNotFoundError where there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FileNotFoundError(NGINX_MISSING)
    return found


def certificate(folder: Path) -> None:
    """A certificate of our own for the site."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SITE)])
    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SITE)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*pem))


class Nginx:
    """nginx with our site file, on free loopback ports, before the web processes on the given ports."""

    def __init__(self, folder: Path, state: Path, pages: list[int], sockets: list[int]) -> None:
        self.program, self.folder = nginx_program(), folder / "nginx"
        self.port, self.plain = free_port(), free_port()
        self.folder.mkdir()
        certificate(self.folder / "tls")
        site = (DEPLOY / "nginx/trian.conf").read_text()
        site = site.replace("listen 443 ", f"listen {self.port} ").replace("listen 80", f"listen {self.plain}")
        site = site.replace("/etc/ssl/trian", str(self.folder / "tls")).replace("/var/lib/trian", str(state))
        servers = "".join(
            f"upstream trian_{name} {{ {' '.join(f'server 127.0.0.1:{port} max_fails=3 fail_timeout=2s;' for port in ports)} }}\n"  # noqa: E501
            for name, ports in (("pages", pages), ("sockets", sockets))
        )
        kept = "".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "trian-proxy.conf").write_text((DEPLOY / "nginx/trian-proxy.conf").read_text())
        (self.folder / "nginx.conf").write_text(
            f"{user} daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 1024; }}\nhttp {{ {kept} "
            "types { text/css css; application/javascript js; }\n"
            f"{servers}{site}\n}}\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it listens."""
        with (self.folder / "out.log").open("wb") as log:
            self.process = subprocess.Popen(
                [self.program, "-p", self.folder, "-c", self.folder / "nginx.conf"], stdout=log, stderr=log
            )
        wait_until(lambda: listens(self.port), 10, lambda: (self.folder / "out.log").read_text())

    def end(self) -> None:
        """Ends it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def client(self, **options: Any) -> httpx.Client:
        """Somebody who asks for the site by name, at this nginx; believes its certificate and no other."""
        trust = ssl.create_default_context(cafile=str(self.folder / "tls/fullchain.pem"))
        base = f"https://127.0.0.1:{self.port}"
        headers = {"Host": SITE, **options.pop("headers", {})}
        made = httpx.Client(base_url=base, verify=trust, headers=headers, timeout=20, **options)
        made.event_hooks = {"request": [lambda asked: asked.extensions.update(sni_hostname=SITE)]}
        return made


class Post(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        self.letters: list[str] = []
        super().__init__(("127.0.0.1", 0), _Postman)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def code(self, seconds: float = 20) -> str:
        """The six digits of the newest letter that has some; others may come between, such as a late welcome."""
        wait_until(lambda: bool(self._codes()), seconds, lambda: f"no letter with a code came: {self.subjects()}")
        return self._codes()[-1]

    def subjects(self) -> list[str]:
        """What the letters are headed, the oldest first."""
        heads = [email.message_from_string(letter)["Subject"] for letter in self.letters]
        return [str(email.header.make_header(email.header.decode_header(head))) for head in heads]

    def _codes(self) -> list[str]:
        return re.findall(r"\b(\d{6})\b", " | ".join(self.subjects()))


class _Postman(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 post\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                told = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    told.append(line)
                self.server.letters.append(b"".join(told).decode(errors="replace"))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")
            if word == b"QUIT":
                return


class Service:
    """One house in service. With `database` and `redis` it runs the scaled way: two processes of pages, one of sockets.

    `state` is where its files lie; SQLite lies there too. `template` is a migrated SQLite file to begin from.
    """

    def __init__(
        self, folder: Path, *, state: Path | None = None, template: Path | None = None, database: str = "",
        redis: str = "", **extra: str,
    ) -> None:  # fmt: skip
        self.folder, self.state, self.post = folder, state or folder / "state", Post()
        self.state.mkdir(exist_ok=True)
        self.database, self.redis = database, redis
        self.pages = [free_port() for _ in range(2 if redis else 1)]
        self.sockets = [free_port()] if redis else self.pages
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TRIAN_", "DJANGO_"))},
            "DJANGO_SETTINGS_MODULE": "portal.settings.production", "SECRET_KEY": "k7" * 30 + "Zq!8xW",
            "TRIAN_VAR_DIR": str(self.state), "TRIAN_ALLOWED_HOSTS": SITE, "TRIAN_SITE_URL": f"https://{SITE}",
            "TRIAN_SMTP_HOST": "127.0.0.1", "TRIAN_SMTP_PORT": str(self.post.server_address[1]),
            "TRIAN_SMTP_TLS": "false", "TRIAN_FROM_EMAIL": f"xin-chao@{SITE}",
            "TRIAN_SECURITY_CONTACT": f"bao-mat@{SITE}", "TRIAN_TRUSTED_PROXIES": "1", "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": database, "REDIS_URL": redis, **extra,
        }  # fmt: skip
        if template is not None:
            shutil.copy(template, self.state / "db.sqlite3")
        self.units = [f"trian-web@{port}" for port in self.pages]
        if redis:
            self.units += [f"trian-sockets@{port}" for port in self.sockets] + ["trian-relay"]
        self.units += ["trian-worker@1", "trian-scheduler"]
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.nginx: Nginx | None = None

    def open(self, *, nginx: bool = True) -> Service:
        """Tables, pages and first administrator, then every process, then the door."""
        if self.database:
            self.manage("migrate", "--noinput", "--verbosity", "0")
        self.manage(
            "start_site", "--name", "Cà phê Sương", "--admin-email", f"chi@{SITE}", "--admin-name", "Lê Chi",
        )  # fmt: skip
        collect_static(self.env, self.state)
        for unit in self.units:
            self.start(unit)
        for port in {*self.pages, *self.sockets}:
            wait_until(lambda port=port: self.is_open(port), 60, lambda: self.log(self.units[0]))
        if nginx:
            self.nginx = Nginx(self.folder, self.state, self.pages, self.sockets)
            self.nginx.start()
        return self

    def start(self, unit: str) -> None:
        """Starts one unit by the command of its file."""
        with (self.folder / f"{unit}.log").open("ab") as log:
            self.running[unit] = subprocess.Popen(command(unit), cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def kill(self, unit: str) -> None:
        """Ends one as a power cut would."""
        self.running[unit].kill()
        self.running[unit].wait()

    def is_open(self, port: int) -> bool:
        """Whether a web process answers. It is asked by number, as a watcher asks."""
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def end(self) -> None:
        """Ends everything."""
        if self.nginx is not None:
            self.nginx.end()
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.post.shutdown()
        self.post.server_close()

    def manage(self, *words: str, module: str = "") -> str:
        """Runs a command of ours to its end; returns what it printed."""
        program = ["-m", module] if module else ["manage.py"]
        done = subprocess.run(
            [sys.executable, *program, *words], cwd=ROOT, env=self.env, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout

    def log(self, unit: str) -> str:
        """The end of what a unit wrote."""
        return (self.folder / f"{unit}.log").read_text(errors="replace")[-4000:]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a plain query finds, past the product."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(query).fetchall()  # type: ignore[arg-type]
        connection = sqlite3.connect(self.state / "db.sqlite3", timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def ledger_is_sound(self) -> bool:
        """`verify_ledger` finds nothing."""
        return self.manage("verify_ledger").strip().endswith("checks hold.")


def command(unit: str) -> list[str]:
    """The words of a unit's ExecStart, with this checkout's programs in place of the server's."""
    name, _at, instance = unit.partition("@")
    file = DEPLOY / "systemd" / f"{name}{'@' if instance else ''}.service"
    [line] = re.findall(r"(?m)^ExecStart=(.+)$", file.read_text())
    words = shlex.split(line.replace("%i", instance))
    module = {"uvicorn": ["-m", "uvicorn"], "python": []}[Path(words[0]).name]
    return [sys.executable, *module, *words[1:]]


def listens(port: int) -> bool:
    """Whether somebody listens there."""
    import socket

    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(done: Any, seconds: float, words: Any) -> None:
    """Waits until `done()`; fails with `words()`."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, words()
        time.sleep(0.1)
