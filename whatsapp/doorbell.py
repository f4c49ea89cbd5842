"""Wakes the ingest worker from the event loop, without ever waiting for the broker."""

import threading
import time

from config import wake

#: Seconds between two rings. The worker drains everything at each, so more would only cost.
PAUSE = 0.1


class Doorbell:
    """One background thread; however often it is rung, at most one ring is under way and one more is due."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._rung = threading.Event()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Return at once; the task is sent soon. A broker that is away is forgiven (`config.wake`)."""
        self._rung.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._answer, name="doorbell", daemon=True)
            self._thread.start()

    def _answer(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            wake.send(self._task)
            time.sleep(PAUSE)
