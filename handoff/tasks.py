from celery import shared_task

from assistant.turn import default_engine
from config import clock, wake
from handoff import resting, turns


@shared_task(name=turns.TAKE_TURN_TASK)
def take_turn(conversation_id: str) -> None:
    turns.turn_take(conversation_id, engine=default_engine())


@shared_task(name="handoff.sweep_turns")
def sweep_turns() -> None:
    """Find turns whose wake-up was lost, and turns that never came back."""
    for conversation_id in turns.turns_due(now=clock.now()):
        turns.turns_give_up(conversation_id, now=clock.now())
        wake.send(turns.TAKE_TURN_TASK, str(conversation_id))


@shared_task(name="handoff.expire_windows")
def expire_windows() -> None:
    resting.windows_expire(now=clock.now())
