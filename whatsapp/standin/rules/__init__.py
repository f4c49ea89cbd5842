"""The published rules of sending, as plain functions: what the Graph server refuses, and in which words.

A new message type is one validator more in `order.VALIDATORS`.
"""

from whatsapp.standin.rules.access import (
    NEWEST_VERSION,
    OLDEST_VERSION,
    check_subscription,
    check_token,
    check_version,
    fits,
    says_conversation,
)
from whatsapp.standin.rules.definitions import check_components, check_definition, check_edit, variables
from whatsapp.standin.rules.errors import TITLES, TRANSIENT, GraphError, no_such_object
from whatsapp.standin.rules.messages import MAX_TEXT, MEDIA_TYPES, check_text
from whatsapp.standin.rules.order import (
    MAX_CALLBACK_DATA,
    VALIDATORS,
    WINDOW,
    MarkRead,
    Outgoing,
    check_window,
    read_order,
)
from whatsapp.standin.rules.template import check_template, media_of_template

__all__ = [
    "MAX_CALLBACK_DATA",
    "MAX_TEXT",
    "MEDIA_TYPES",
    "NEWEST_VERSION",
    "OLDEST_VERSION",
    "TITLES",
    "TRANSIENT",
    "VALIDATORS",
    "WINDOW",
    "GraphError",
    "MarkRead",
    "Outgoing",
    "check_components",
    "check_definition",
    "check_edit",
    "check_subscription",
    "check_template",
    "check_text",
    "check_token",
    "check_version",
    "check_window",
    "fits",
    "media_of_template",
    "no_such_object",
    "read_order",
    "says_conversation",
    "variables",
]
