from celery import shared_task

from assistant.turn import default_engine
from config import clock, wake
from handoff import assignment, brake, resting, sweeping, turns


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


@shared_task(name=brake.BRAKE_TASK)
def hand_over_silenced() -> None:
    """After a stop of the assistant, and again and again while it lasts: nobody is left with it."""
    brake.silenced_hand_over(now=clock.now())


@shared_task(name=assignment.ASSIGN_TASK)
def assign(conversation_id: str) -> None:
    assignment.assign(conversation_id, now=clock.now())


@shared_task(name=assignment.FILL_TASK)
def fill(user_id: int) -> None:
    assignment.fill(user_id, now=clock.now())


@shared_task(name=sweeping.LOOK_AFTER_TASK)
def look_after() -> None:
    """What is due about those who wait and those who hold them, whatever wake-ups were lost."""
    sweeping.look_after_all(now=clock.now())
