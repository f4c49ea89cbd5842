"""Reading what Graph tells of an account: pages of a list, the state of a number, which webhook fields arrive."""

from typing import Any

from whatsapp.adapter import Probe, ProviderUnavailable
from whatsapp.cloud.http import Answer

#: What the desk acts on; news of these is lost for good where it does not arrive: no API returns past webhooks.
NEEDED_FIELDS = (
    "messages",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "account_update",
    "account_alerts",
    "account_review_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "business_capability_update",
    "security",
    "user_preferences",
    "business_username_updates",
)
#: Stands for all of them: the business account sends this app nothing.
NO_APP = "subscribed_apps"
_OBJECT = "whatsapp_business_account"

_FACTS = (
    "display_phone_number",
    "verified_name",
    "quality_rating",
    "status",
    "name_status",
    "code_verification_status",
    "platform_type",
)
FIELDS = ("id", *_FACTS, "throughput")
HEALTH = ("health_status",)
#: States of a number in which nothing can be sent from it.
_DEAD = {
    "BANNED": "WhatsApp has banned this number.",
    "DELETED": "This number was deleted at WhatsApp.",
    "DISCONNECTED": "This number is disconnected: register it again in the WhatsApp manager.",
    "MIGRATED": "This number was moved to another business account.",
    "PENDING": "This number is not registered yet: finish that in the WhatsApp manager.",
}
#: "There is an error with the payment method": answers may still go out, so the number is not dead.
_PAYMENT = 141006


def items(answer: Answer) -> list[dict[str, Any]]:
    """The objects of one page. Raises ProviderUnavailable where the answer is no page."""
    data = answer.body.get("data")
    if not isinstance(data, list):
        raise ProviderUnavailable("WhatsApp's answer could not be read.")
    return [each for each in data if isinstance(each, dict)]


def next_cursor(answer: Answer) -> str:
    """Where the next page begins; "" on the last one. Raises ProviderUnavailable where there is one without a name.

    `paging.next` only says that there is one: its address, which would carry the token, is never followed.
    """
    paging = _dict(answer.body.get("paging"))
    after = _dict(paging.get("cursors")).get("after")
    if not paging.get("next"):
        return ""
    if not isinstance(after, str) or not after:
        raise ProviderUnavailable("WhatsApp's answer does not say where its next page begins.")
    return after


def judge(body: dict[str, Any], phone_number_id: str) -> Probe:
    """What the number's own node says of it."""
    facts = {name: body[name] for name in _FACTS if name in body}
    if level := _dict(body.get("throughput")).get("level"):
        facts["throughput"] = level
    if str(body.get("id", "")) != phone_number_id:
        return Probe(False, "WhatsApp's answer about this number could not be read.", facts)
    if body.get("status") in _DEAD:
        return Probe(False, _DEAD[body["status"]], facts)
    health = _dict(body.get("health_status"))
    if can_send := health.get("can_send_message"):
        facts["can_send_message"] = can_send
    troubles = _troubles(health)
    words = " ".join(dict.fromkeys(said for _, said in troubles))[:300]
    return Probe(not any(code != _PAYMENT for code, _ in troubles), words, facts)


def app_ids(answer: Answer) -> list[str]:
    """The apps that the business account sends its webhooks to."""
    found = [_dict(each.get("whatsapp_business_api_data")).get("id") for each in items(answer)]
    return [str(app_id) for app_id in found if str(app_id or "").isalnum()]


def missing(answer: Answer) -> list[str]:
    """The needed fields that an app's subscriptions do not name."""
    live = [each for each in items(answer) if each.get("object") == _OBJECT and each.get("active") is not False]
    fields = [field for each in live for field in _list(each.get("fields"))]
    subscribed = {field.get("name") if isinstance(field, dict) else field for field in fields}
    return [name for name in NEEDED_FIELDS if name not in subscribed]


def _troubles(health: dict[str, Any]) -> list[tuple[Any, str]]:
    """Code and words of what keeps the number from sending."""
    blocked = [each for each in map(_dict, _list(health.get("entities"))) if each.get("can_send_message") == "BLOCKED"]
    return [trouble for each in blocked for trouble in _troubles_of(each)]


def _troubles_of(entity: dict[str, Any]) -> list[tuple[Any, str]]:
    errors = [error for error in _list(entity.get("errors")) if isinstance(error, dict)]
    kind = str(entity.get("entity_type", "account")).replace("_", " ").lower()
    unnamed = f"WhatsApp has blocked the {kind}."
    return [(error.get("error_code"), str(error.get("error_description") or unnamed)) for error in errors or [{}]]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
