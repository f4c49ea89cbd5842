"""The assistant's brake where it bites: at the last look at each of its messages, before that leaves.

Claims of its messages share a lock; whoever has stopped it waits until those that are under way are through, once.
So after the stop has come back nothing more of it is claimed, however the two met (invariant 3's little sister).
"""

import logging

from django.db import OperationalError, connection, transaction

from conversations.models import BotSwitch

logger = logging.getLogger(__name__)

#: The advisory lock, any number that nobody else uses.
LOCK = 0x626F745F737769
#: Claims take milliseconds. One that hangs must not keep the person at the brake waiting.
PATIENCE_MS = 1000


def may_leave() -> bool:
    """Whether a message of the assistant may be claimed, in this transaction. One read by primary key.

    The lock is taken before the row is read: what a stop wrote before it waited for us, we see.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    return BotSwitch.current().enabled


def claims_await() -> None:
    """Wait until the claims that began before the switch was turned are through, a second at most.

    Call it after the commit. Where one hangs, that is logged: everything that is claimed later sees the switch.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE_MS}ms"])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    except OperationalError as error:
        logger.warning("a message of the assistant hangs in the middle of leaving (%s)", type(error).__name__)
