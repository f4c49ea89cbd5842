"""The business's own phone: whoever writes there is a person, and this desk does not know which.

They stand in the book as one account that nobody can sign in with, so that a thread they hold has an owner like any
other (invariant 7), and any agent may take it from them.
"""

from datetime import datetime

from django.contrib.auth.models import User

from audit.actors import Actor
from conversations.models import Conversation
from conversations.states import BOT_STATES, State
from handoff import briefing, handoffs
from sla.clocks import clock_meet
from sla.models import Clock

USERNAME = "phone-app"


def person() -> User:
    """The account that stands for whoever holds the phone."""
    user, is_new = User.objects.get_or_create(
        username=USERNAME, defaults={"first_name": "Phone", "last_name": "app", "is_active": False}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def is_holder(conversation: Conversation) -> bool:
    """Whether the phone has the (awake) conversation."""
    holder = conversation.assigned_to
    return conversation.state == State.HUMAN and holder is not None and holder.username == USERNAME


def answered(conversation: Conversation, *, now: datetime) -> None:
    """The phone has answered the (locked) conversation: control goes to a person, the promise is met.

    An agent who holds it goes on holding it. A conversation at rest stays so: the customer has not written.
    """
    agent = person()
    if conversation.state in BOT_STATES:
        handoffs.handoff_take_over(conversation, agent=agent, now=now, summary=briefing.summary_of(conversation))
    elif conversation.state == State.PENDING:
        handoffs.handoff_accept(conversation, agent=agent, now=now)
    if conversation.state == State.HUMAN:
        clock_meet(conversation, Clock.Metric.FIRST_RESPONSE, actor=Actor.human(agent), now=now)
