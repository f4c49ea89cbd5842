"""Keep one command running: `python -m config.keep COMMAND …` starts it again whenever it dies by itself.

A worker that falls over must not take the web process with it, nor stay away. A signal to us goes to the command,
and its end is then the end. The command has a session of its own: a signal to our process group, as Ctrl-C and the
supervisor send it, would otherwise reach a worker's pool too and cut its tasks off in the middle of a send.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from types import FrameType

#: Seconds before the next start: a command that dies at once must not spin.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
#: Having run for so long, in seconds, it counts as healthy again.
HEALTHY_AFTER = 30.0
#: Seconds a command may take to stop: longer than one request to a provider, so that a send under way ends.
LONGEST_STOP = 12.0


def keep(command: list[str]) -> int:
    """Run until told to stop. Returns the exit code of the last run."""
    keeper = _Keeper(command)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, keeper.stop)
    return keeper.run()


class _Keeper:
    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def run(self) -> int:
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - our own command line
            code = self.process.wait()
            if self.stopping:
                return max(code, 0)
            pause = FIRST_PAUSE if time.monotonic() - started > HEALTHY_AFTER else min(pause * 2, LONGEST_PAUSE)
            sys.stderr.write(f"It ended by itself (exit code {code}); starting it again in {pause:g} s.\n")
            time.sleep(pause)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:  # told twice: once is enough, and a second TERM would hurry the command
            return
        self.stopping = True
        if self.process is None or self.process.poll() is not None:
            sys.exit(0)
        self.process.send_signal(signal.SIGTERM)
        signal.signal(signal.SIGALRM, self.give_up)
        signal.setitimer(signal.ITIMER_REAL, LONGEST_STOP)

    def give_up(self, _number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.process:
                os.killpg(self.process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
