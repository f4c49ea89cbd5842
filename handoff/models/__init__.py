"""The data of control: teams and people, the rules, handoffs, and what happens around them."""

from handoff.models.closing import Rating, Resolution, ResolutionTag
from handoff.models.handoffs import BotTurn, Handoff, Offer
from handoff.models.people import AgentProfile, Presence, Seat, Team
from handoff.models.rules import HandoffPolicy, RoutingRule, TriggerRule, WaitingRule
from handoff.models.tickets import CallbackForm, Ticket
from handoff.models.together import Attendance, Mention, Suggestion

__all__ = [
    "AgentProfile",
    "Attendance",
    "BotTurn",
    "CallbackForm",
    "Handoff",
    "HandoffPolicy",
    "Mention",
    "Offer",
    "Presence",
    "Rating",
    "Resolution",
    "ResolutionTag",
    "RoutingRule",
    "Seat",
    "Suggestion",
    "Team",
    "Ticket",
    "TriggerRule",
    "WaitingRule",
]
