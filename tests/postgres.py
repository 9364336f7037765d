"""A real PostgreSQL server for the tests: started in a temporary folder, stopped and removed at the end."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

USER = "t12"
_MISSING = (
    "the storage tests need a PostgreSQL server and found no initdb, neither on PATH nor under /usr/lib/postgresql: "
    "install the Debian package postgresql (apt-get install postgresql)"
)
_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}


class PostgresMissingError(RuntimeError):
    """No server can be started on this machine; the message says which package to install."""


@dataclass
class Server:
    """A running server; `url` addresses one of its databases."""

    folder: Path
    port: int
    command: list[str]
    account: dict[str, Any]
    process: "subprocess.Popen[bytes] | None" = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def create(self, database: str, template: str = "template1") -> None:
        self._run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    @contextmanager
    def a_database(self, template: str) -> Iterator[str]:
        """The address of a copy of `template`, dropped at the end whoever is still connected."""
        name = f"t12_{next(self._numbers)}"
        self.create(name, template)
        try:
            yield self.url(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def begin(self) -> None:
        """Start the server, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log, **self.account)
        _wait(self, self.process)

    def end(self, number: int = signal.SIGINT) -> None:
        """End the server: SIGINT is a fast shutdown, SIGQUIT one that leaves everything to the recovery."""
        if self.process is None:
            return
        self.process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()

    def _run(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(host=str(self.folder), port=self.port, user=USER, database="postgres")
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        _apart(run())


def _apart(work: object) -> None:
    """Run a coroutine in a thread, because a fixture may be asked for while a loop runs."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()  # type: ignore[arg-type]


@contextmanager
def a_server(*, is_durable: bool = False) -> Iterator[Server]:
    """Start a server on a free port and a socket in its folder; a durable one keeps its commits when it is ended hard.

    Raises `PostgresMissingError`.
    """
    binaries = find_binaries()
    # The path of a socket holds 107 bytes at most, so the folder is not one of pytest's.
    folder = Path(tempfile.mkdtemp(prefix="t12-pg-", dir="/tmp"))
    owner = _unprivileged()
    try:
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        account: dict[str, Any] = (
            {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        )
        data = folder / "data"
        made = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            cwd=folder, capture_output=True, text=True, check=False, **account,  # type: ignore[call-overload]
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr or made.stdout}")
        port = _free_port()
        chosen = _QUICK | {"synchronous_commit": "on" if is_durable else "off"}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        places = ["-D", str(data), "-k", str(folder), "-p", str(port), "-h", "127.0.0.1"]
        server = Server(folder, port, [str(binaries / "postgres"), *places, *options], account)
        try:
            server.begin()
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of the newest initdb and postgres. Raises `PostgresMissingError`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresMissingError(_MISSING)


def _unprivileged() -> pwd.struct_passwd | None:
    """The account to run as where the tests run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL does not run as root and there is neither a postgres nor a nobody account")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    import time

    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {(server.folder / 'log').read_text()}")
        try:
            server._run("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not answer within 15 seconds")
