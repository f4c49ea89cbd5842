"""What dies by itself is started again; what is told to stop ends its work first, and then stays away."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.processes.stack import ROOT, eventually

#: Stands for a worker: a child has work in hand, and the parent waits for it when told to stop.
WORKER = """
import pathlib, signal, subprocess, sys
log = pathlib.Path(sys.argv[1])
child = subprocess.Popen([sys.executable, "-c", f"import time, pathlib; time.sleep(1);"
                          f"pathlib.Path({str(log) + '.done'!r}).touch()"])
def stop(*_):
    sys.exit(child.wait())
signal.signal(signal.SIGTERM, stop)
log.touch()
signal.pause()
"""
#: Dies at its first start, and lives at its second.
WEAK = "import os, sys, signal; p = sys.argv[1]; first = not os.path.exists(p); open(p, 'a').write('x')\n"
WEAK += "sys.exit(3) if first else signal.pause()"


def kept(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.keep", *command], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True
    )


def test_signal_to_the_whole_group_lets_work_in_hand_end(tmp_path):
    """If this fails, Ctrl-C cuts a worker off in the middle of a send, which is then parked as unknown."""
    log = tmp_path / "log"
    keeper = kept(sys.executable, "-c", WORKER, str(log))
    eventually(log.exists, what="the worker is at work")
    os.killpg(keeper.pid, signal.SIGTERM)
    os.killpg(keeper.pid, signal.SIGTERM)
    keeper.communicate(timeout=10)
    assert keeper.returncode == 0
    assert Path(f"{log}.done").exists()


def test_command_that_dies_is_started_again(tmp_path):
    log = tmp_path / "log"
    keeper = kept(sys.executable, "-c", WEAK, str(log))
    eventually(lambda: log.exists() and log.read_text() == "xx", what="two starts")
    keeper.send_signal(signal.SIGTERM)
    _, said = keeper.communicate(timeout=10)
    assert keeper.returncode == 0
    assert b"starting it again" in said
