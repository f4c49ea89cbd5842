"""The number and the business account as Graph shows them: what a health check asks for."""

from typing import Any, Literal
from weakref import WeakKeyDictionary

import msgspec

from whatsapp.standin import rules
from whatsapp.standin.calls import Call
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Number
from whatsapp.standin.rules import GraphError
from whatsapp.standin.wire import Answer, Request

APP = {"id": "555010700000001", "name": "Baton", "link": "https://www.facebook.com/games/?app_id=555010700000001"}
#: Every field that this app of the stand-in is subscribed to, but for those that a test takes away.
SUBSCRIBED = (
    "messages", "message_template_status_update", "message_template_quality_update",
    "message_template_components_update", "template_category_update", "account_update", "account_alerts",
    "account_review_update", "phone_number_quality_update", "phone_number_name_update", "business_capability_update",
    "security", "user_preferences", "business_username_updates", "calls", "smb_message_echoes", "history", "standby",
)  # fmt: skip
DEFAULT_FIELDS = "verified_name,code_verification_status,display_phone_number,quality_rating,id"


class Condition(msgspec.Struct, forbid_unknown_fields=True):
    """How a number is: what Graph says of it beyond its name."""

    quality_rating: Literal["GREEN", "YELLOW", "RED", "UNKNOWN"] = "GREEN"
    status: Literal["CONNECTED", "FLAGGED", "RESTRICTED", "BANNED", "DISCONNECTED", "PENDING"] = "CONNECTED"
    throughput: Literal["STANDARD", "HIGH", "NOT_APPLICABLE"] = "STANDARD"
    code_verification_status: Literal["VERIFIED", "NOT_VERIFIED", "EXPIRED"] = "VERIFIED"
    name_status: Literal["APPROVED", "AVAILABLE_WITHOUT_REVIEW", "DECLINED", "PENDING_REVIEW"] = "APPROVED"


class Account:
    """What is remembered of the numbers' conditions, and of the business accounts that subscribe no app."""

    def __init__(self) -> None:
        self.conditions: dict[str, Condition] = {}
        self.unsubscribed: set[str] = set()
        self.overrides: dict[str, str] = {}
        self.unheard: set[str] = set()


_ACCOUNTS: "WeakKeyDictionary[Meta, Account]" = WeakKeyDictionary()


def of(meta: Meta) -> Account:
    """The accounts of this stand-in."""
    return _ACCOUNTS.setdefault(meta, Account())


def forget(meta: Meta) -> None:
    """Every number is well again and every account subscribed."""
    _ACCOUNTS.pop(meta, None)


def unheard_put(meta: Meta, request: Request) -> Answer:
    """PUT /standin/unheard: webhook fields that the app is not subscribed to from now on."""
    of(meta).unheard = set(request.read(list[str]))
    return Answer(200, sorted(of(meta).unheard))


def condition_put(meta: Meta, request: Request, phone_number_id: str) -> Answer:
    """PUT /standin/conditions/{phone_number_id}: how the number is from now on."""
    meta.network.number(phone_number_id)
    of(meta).conditions[phone_number_id] = request.read(Condition)
    return Answer(200, msgspec.to_builtins(of(meta).conditions[phone_number_id]))


async def number_node(call: Call) -> Answer:
    """GET /{version}/{phone_number_id}?fields=…"""
    number = call.number
    return await call.through("probe", number, lambda: _shown(call, _number(call.meta, number), DEFAULT_FIELDS))


async def account_node(call: Call) -> Answer:
    """GET /{version}/{business_account_id}?fields=…"""
    number = call.account
    known = {"id": number.business_account_id, "name": "Test business", "account_review_status": "APPROVED"}
    return await call.through("probe", number, lambda: _shown(call, known, "id,name"))


def _number(meta: Meta, number: Number) -> dict[str, Any]:
    condition = of(meta).conditions.get(number.phone_number_id, Condition())
    known: dict[str, Any] = msgspec.to_builtins(condition)
    return known | {
        "id": number.phone_number_id,
        "display_phone_number": number.display,
        "verified_name": number.name or "Test business",
        "throughput": {"level": condition.throughput},
        "platform_type": "CLOUD_API",
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "health_status": {"can_send_message": "AVAILABLE", "entities": []},
    }


def _shown(call: Call, known: dict[str, Any], default: str) -> Answer:
    if call.request.method != "GET":
        raise rules.no_such_object(call.request.method, call.object_id)
    wanted = [name.strip() for name in call.request.query.get("fields", default).split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            title = f"Tried accessing nonexisting field ({name[:100]})"
            raise GraphError(100, title, title=title)
    return Answer(200, {name: known[name] for name in [*wanted, "id"]})


async def subscribed_apps(call: Call) -> Answer:
    """GET, POST and DELETE /{version}/{business_account_id}/subscribed_apps."""
    number = call.account
    return await call.through("probe", number, lambda: _subscribed_apps(call, number.business_account_id))


async def subscriptions(call: Call) -> Answer:
    """GET /{version}/{app_id}/subscriptions: what the app hears, for a token of `app_id|app_secret`."""
    if call.object_id != APP["id"]:
        raise rules.no_such_object(call.request.method, call.object_id)
    given = call.request.headers.get("authorization", "").removeprefix("Bearer ")
    numbers = [number for number in call.meta.network.numbers.values() if given == f"{APP['id']}|{number.app_secret}"]
    if not numbers:
        raise GraphError(190, "Invalid OAuth access token signature.", http=400)
    return await call.through("probe", numbers[0], lambda: _subscriptions(of(call.meta)))


def _subscriptions(account: Account) -> Answer:
    fields = [{"name": name, "version": "v26.0"} for name in SUBSCRIBED if name not in account.unheard]
    return Answer(200, {"data": [{"object": "whatsapp_business_account", "active": True, "fields": fields}]})


def _subscribed_apps(call: Call, account_id: str) -> Answer:
    account = of(call.meta)
    if call.request.method == "GET":
        return Answer(200, {"data": [] if account_id in account.unsubscribed else [_app(account, account_id)]})
    if call.request.method == "DELETE":
        account.unsubscribed.add(account_id)
    else:
        _subscribe(account, account_id, call.form() if call.request.body else {})
    return Answer(200, {"success": True})


def _subscribe(account: Account, account_id: str, body: dict[str, Any]) -> None:
    rules.check_subscription(body)
    account.unsubscribed.discard(account_id)
    account.overrides[account_id] = body.get("override_callback_uri", "")


def _app(account: Account, account_id: str) -> dict[str, Any]:
    app: dict[str, Any] = {"whatsapp_business_api_data": APP}
    if account.overrides.get(account_id):
        app["override_callback_uri"] = account.overrides[account_id]
    return app
