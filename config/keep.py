"""Keep one command running: `python -m config.keep COMMAND …` starts it again whenever it dies by itself.

A worker that falls over must not take the web process with it, nor stay away. A signal to us goes to the command,
and its end is then the end.
"""

import signal
import subprocess
import sys
import time
from types import FrameType

#: Seconds before the next start: a command that dies at once must not spin.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
#: Having run for so long, in seconds, it counts as healthy again.
HEALTHY_AFTER = 30.0


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
            self.process = subprocess.Popen(self.command)  # noqa: S603 - the supervisor's own command line
            code = self.process.wait()
            if self.stopping:
                return max(code, 0)
            pause = FIRST_PAUSE if time.monotonic() - started > HEALTHY_AFTER else min(pause * 2, LONGEST_PAUSE)
            sys.stderr.write(f"It ended by itself (exit code {code}); starting it again in {pause:g} s.\n")
            time.sleep(pause)

    def stop(self, number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        if self.process is None or self.process.poll() is not None:
            sys.exit(0)
        self.process.send_signal(number)


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
