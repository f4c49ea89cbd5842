"""Real Postgres and Valkey for the tests, started before Django reads its settings (loaded with `-p`).

Each run has servers of its own in a temporary directory, gone with the run. Under xdist the controller starts
them; each worker has a database and a Valkey database of its own. DATABASE_URL and REDIS_URL, where set, win.
"""

import atexit
import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from config import embedded

_servers = contextlib.ExitStack()


def _start() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="baton-test-"))
    os.environ["DATA_DIR"] = str(data_dir)
    (data_dir / "static").mkdir()  # whitenoise warns of a directory that is not there
    os.environ.setdefault("SIMULATOR", "0")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    _servers.callback(shutil.rmtree, data_dir, ignore_errors=True)
    _servers.enter_context(embedded.servers(data_dir))
    os.environ.setdefault("DATABASE_URL", embedded.database_url(data_dir))
    os.environ.setdefault("REDIS_URL", embedded.redis_url(data_dir))
    atexit.register(_servers.close)


_worker = os.environ.get("PYTEST_XDIST_WORKER")
if _worker is None:
    _start()
else:
    base = os.environ["REDIS_URL"].partition("?")[0]
    os.environ["REDIS_URL"] = f"{base}?db={1 + int(_worker.removeprefix('gw'))}"
    os.environ["REDIS_PREFIX"] = f"baton-{_worker}"
