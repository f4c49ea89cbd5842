"""When the assistant calls a person: rules that staff see, order, switch and tune, each decision with its inputs."""

from handoff.triggers.rules import Fired, decide, in_force
from handoff.triggers.signals import Signals, signals_of

__all__ = ["Fired", "Signals", "decide", "in_force", "signals_of"]
