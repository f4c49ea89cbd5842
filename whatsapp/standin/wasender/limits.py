"""How fast a session may send (WASender, "Understanding rate limits")."""

import math
from collections import deque
from dataclasses import dataclass, field

PROTECTION_MESSAGE = (
    "You have account protection enabled. You can only send 1 message every 5 seconds. "
    "Check our API docs: https://www.wasenderapi.com/api-docs"
)
TRIAL_MESSAGE = "You are on a free trial. You can only send 1 message every 1 minute."
PLAIN_MESSAGE = "Too many requests. You can send 256 messages per minute."


@dataclass
class Limit:
    """So many sends in so many seconds, and the words for one too many."""

    most: int
    seconds: float
    message: str
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until the next send is allowed; 0 when it is now. `now`: a clock that never goes back."""
        while self.taken and self.taken[0] <= now - self.seconds:
            self.taken.popleft()
        return 0.0 if len(self.taken) < self.most else self.taken[0] + self.seconds - now

    def headers(self, now: float) -> dict[str, str]:
        """X-RateLimit-*: the reset in whole seconds from now."""
        wait = self.wait(now)
        reset = wait or (self.taken[0] + self.seconds - now if self.taken else 0.0)
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(self.most - len(self.taken)),
            "X-RateLimit-Reset": str(math.ceil(reset)),
        }


def limit_for(*, protection: bool, plan: str) -> Limit:
    """Account Protection overrides whatever the plan allows."""
    if protection:
        return Limit(1, 5.0, PROTECTION_MESSAGE)
    return Limit(1, 60.0, TRIAL_MESSAGE) if plan == "trial" else Limit(256, 60.0, PLAIN_MESSAGE)
