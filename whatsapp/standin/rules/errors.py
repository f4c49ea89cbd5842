"""What the Graph server says when it refuses: the published codes, titles and shape."""

import secrets
from collections.abc import Mapping
from typing import Any

TITLES = {
    0: "AuthException",
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    3: "Application does not have the capability to make this API call",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Invalid OAuth access token - Cannot parse access token",
    368: "Temporarily blocked for policies violations",
    613: "Calls to this api have exceeded the rate limit",
    80007: "Rate limit issues",
    80008: "There have been too many calls to this WhatsApp Business account",
    130403: "The recipient is blocked by this business",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Account has been locked",
    131037: "Display name approval is required",
    131042: "Business eligibility payment issue",
    131045: "Incorrect certificate",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement",
    131050: "User has stopped marketing messages from this business",
    131051: "Unsupported message type",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    131062: "Business-scoped user IDs are not supported for this message",
    131063: "Marketing messages are disabled on Cloud API",
    131064: "Message limit because of misclassified templates",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132005: "Translated text too long",
    132007: "Character policy violated",
    132008: "Parameter format is not valid",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
    132018: "There is an issue with the parameters in your template",
    132068: "Flow is in blocked state",
    132069: "Flow is in throttled state",
    133004: "Server temporarily unavailable",
    133010: "Phone number not registered",
    133016: "Account register and deregister rate limit exceeded",
    137000: "The recipient's identity key does not match",
}
TRANSIENT = {1, 2, 131000, 131016, 131057, 133004}


class GraphError(Exception):
    """What the Graph server answers instead of doing what was asked.

    `transient` says `is_transient` in so many words; None leaves it to the code. `headers` go with the answer.
    """

    def __init__(
        self,
        code: int,
        details: str,
        *,
        http: int = 400,
        title: str = "",
        subcode: int = 0,
        transient: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(details)
        self.code, self.details, self.http, self.subcode = code, details, http, subcode
        self.title = title or TITLES.get(code, "Error")
        self.transient = (True if code in TRANSIENT else None) if transient is None else transient
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The published shape of an error answer."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.title}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "A" + secrets.token_urlsafe(16),
        }
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.transient is not None:
            error["is_transient"] = self.transient
        return {"error": error}


def no_such_object(method: str, object_id: str) -> GraphError:
    """The answer to an id that nobody knows, or that this token may not see."""
    title = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id[:100]}' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation"
    )
    return GraphError(100, title, title=title, subcode=33)
