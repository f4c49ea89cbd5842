"""A circuit breaker: what failed several times in a row is left alone for a while."""

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

#: Failures in a row that open it, and the seconds it then stays open. After them one more failure opens it again.
FAILURES = 3
PAUSE = 60.0


class Breaker:
    """Closed while the other side works. `what` names the other side in the log."""

    def __init__(self, what: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._what, self._clock = what, clock
        self._failures = 0
        self._open_until = float("-inf")

    @property
    def is_closed(self) -> bool:
        """Whether the other side may be asked."""
        return self._clock() >= self._open_until

    def worked(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        """Count a failure; the one that opens the breaker is logged."""
        self._failures += 1
        if self._failures >= FAILURES and self.is_closed:
            self._open_until = self._clock() + PAUSE
            logger.warning("%s failed %d times in a row; it is left alone for %d s", self._what, self._failures, PAUSE)
