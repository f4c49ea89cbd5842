"""Templates on the Graph side: list, create, edit and delete; and the door by which a test reviews them."""

import base64
import binascii
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from config import clock
from whatsapp.standin import rules, templates
from whatsapp.standin.calls import Call, numbers_of
from whatsapp.standin.courier import Update
from whatsapp.standin.meta import Meta
from whatsapp.standin.rules import GraphError
from whatsapp.standin.templates import DEFAULT_FIELDS, OPTIONAL_FIELDS, Template
from whatsapp.standin.wire import Answer, Refusal, Request

DEFAULT_LIMIT, MAX_LIMIT = 25, 1000
FILTERS = ("name", "language", "status", "category")
Category = Literal["MARKETING", "UTILITY", "AUTHENTICATION"]


class Review(msgspec.Struct, forbid_unknown_fields=True):
    """What WhatsApp decides about a template; each change is told by its own webhook.

    `reason` and `recommendation` go with a rejection; `title` with a pause. `correct_category` announces a change
    of category that `category` makes.
    """

    status: (
        Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "ARCHIVED", "LIMIT_EXCEEDED"]
        | None
    ) = None
    quality: Literal["GREEN", "YELLOW", "RED", "UNKNOWN"] | None = None
    category: Category | None = None
    correct_category: Category | None = None
    components: list[dict[str, Any]] | None = None
    reason: str = "NONE"
    recommendation: str = ""
    title: str = "FIRST_PAUSE"


async def message_templates(call: Call) -> Answer:
    """GET, POST and DELETE /{version}/{business_account_id}/message_templates."""
    number = call.account
    work = {"GET": _list, "POST": _create, "DELETE": _delete}[call.request.method]
    return await call.through("templates", number, lambda: work(call, number.business_account_id))


async def node(call: Call, account_id: str, template: Template) -> Answer:
    """GET and POST /{version}/{template_id}: show, edit."""
    number = call.asked_by(numbers_of(call.meta, account_id))
    work = {"GET": _show, "POST": _edit}.get(call.request.method)
    if work is None:
        raise rules.no_such_object(call.request.method, template.id)
    return await call.through("templates", number, lambda: work(call, template))


def _show(call: Call, template: Template) -> Answer:
    return Answer(200, _told(template, _fields(call)))


def _list(call: Call, account_id: str) -> Answer:
    """One page, in Graph's shape: cursors as long as there is anything, `next` as long as there is more."""
    query, names = call.request.query, _fields(call)
    found = [one for one in templates.book(call.meta).of(account_id) if _matches(one, query)]
    start, limit = _start(found, query.get("after", "")), _limit(query)
    page = found[start : start + limit]
    if not page:
        return Answer(200, {"data": []})
    paging: dict[str, Any] = {"cursors": {"before": _cursor(page[0]), "after": _cursor(page[-1])}}
    if start + limit < len(found):
        more = {name: value for name, value in query.items() if name != "after"} | {"after": _cursor(page[-1])}
        paging["next"] = f"{call.request.origin}{call.request.path}?{urlencode(more)}"
    return Answer(200, {"data": [_told(one, names) for one in page], "paging": paging})


def _told(template: Template, names: list[str]) -> dict[str, Any]:
    known = template.known()
    return {name: known[name] for name in [*names, "id"] if name in known}


def _fields(call: Call) -> list[str]:
    wanted = call.request.query.get("fields", ",".join(DEFAULT_FIELDS))
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    for name in names:
        if name not in {*DEFAULT_FIELDS, *OPTIONAL_FIELDS, "rejected_reason", "quality_score"}:
            title = f"Tried accessing nonexisting field ({name[:100]})"
            raise GraphError(100, title, title=title)
    return names


def _matches(template: Template, query: dict[str, str]) -> bool:
    return all(query[name].casefold() == getattr(template, name).casefold() for name in FILTERS if name in query)


def _limit(query: dict[str, str]) -> int:
    limit = query.get("limit", str(DEFAULT_LIMIT))
    if not limit.isascii() or not limit.isdigit() or int(limit) == 0:
        raise GraphError(100, "Param limit must be a whole number above 0.")
    return min(int(limit), MAX_LIMIT)


def _cursor(template: Template) -> str:
    return base64.urlsafe_b64encode(template.id.encode()).decode()


def _start(found: list[Template], cursor: str) -> int:
    """Where the page after the cursor begins; ids rise, so a template deleted meanwhile costs nothing."""
    if not cursor:
        return 0
    try:
        last = int(base64.urlsafe_b64decode(cursor))
    except (ValueError, binascii.Error) as error:
        raise GraphError(100, "Param after is not a cursor.") from error
    return sum(int(template.id) <= last for template in found)


def _create(call: Call, account_id: str) -> Answer:
    given = call.form()
    rules.check_definition(given)
    definition = {name: given[name] for name in ("name", "language", "category", "components")}
    definition["parameter_format"] = str(given.get("parameter_format", "POSITIONAL")).upper()
    template = templates.book(call.meta).add(account_id, definition | {"status": "PENDING"})
    return Answer(200, {"id": template.id, "status": template.status, "category": template.category})


def _edit(call: Call, template: Template) -> Answer:
    given, now = call.form(), clock.now()
    named = template.parameter_format == "NAMED"
    rules.check_edit(given, status=template.status, named=named, edited=template.edited, now=now)
    template.category = given.get("category", template.category)
    template.components = given.get("components", template.components)
    template.status = "PENDING"
    template.edited.append(now)
    return Answer(200, {"success": True})


def _delete(call: Call, account_id: str) -> Answer:
    """By name in all languages, or the one with hsm_id and that name."""
    name, template_id = call.request.query.get("name", ""), call.request.query.get("hsm_id", "")
    if not name:
        raise GraphError(100, "The parameter name is required.")
    known = templates.book(call.meta).of(account_id)
    gone = [one for one in known if one.name == name and template_id in ("", one.id)]
    if not gone:
        raise GraphError(100, "Message template not found.", http=404, subcode=2593002)
    for template in gone:
        known.remove(template)
    return Answer(200, {"success": True})


def shown(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    """GET /standin/templates: every template of every account."""
    accounts = dict.fromkeys(number.business_account_id for number in meta.network.numbers.values())
    everything = [
        one.known() | {"business_account_id": account}
        for account in accounts
        for one in templates.book(meta).of(account)
    ]
    return Answer(200, everything)


def review(meta: Meta, request: Request, template_id: str) -> Answer:
    """POST /standin/templates/{id}: WhatsApp changes its mind, and Baton hears of it."""
    found = templates.book(meta).find(template_id)
    if found is None:
        raise Refusal(404, f"No template {template_id} here. See GET /standin/templates.")
    account_id, template = found
    number, told = numbers_of(meta, account_id)[0], request.read(Review)
    for field, value in _changes(template, told):
        meta.courier.tell(Update(number, "", "template", value | _named(template), field=field))
    return Answer(200, template.known())


def _named(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }


def _changes(template: Template, told: Review) -> list[tuple[str, dict[str, Any]]]:
    """Make the changes; the webhook's field and value of each."""
    changes: list[tuple[str, dict[str, Any]]] = []
    if told.components is not None:
        changes.append(("message_template_components_update", _rewrite(template, told.components)))
    if told.category or told.correct_category:
        changes.append(("template_category_update", _recategorise(template, told)))
    if told.quality:
        value = {"previous_quality_score": template.quality, "new_quality_score": told.quality}
        template.quality = told.quality
        changes.append(("message_template_quality_update", value))
    if told.status:
        changes.append(("message_template_status_update", _decide(template, told)))
    return changes


def _decide(template: Template, told: Review) -> dict[str, Any]:
    template.status = told.status or template.status
    template.rejected_reason = told.reason if told.status == "REJECTED" else "NONE"
    value: dict[str, Any] = {"event": told.status, "reason": told.reason}
    value["message_template_category"] = template.category
    if told.status == "REJECTED":
        value["rejection_info"] = {"reason": told.reason, "recommendation": told.recommendation}
    elif told.status == "PAUSED":
        value["other_info"] = {"title": told.title, "description": "Paused because customers gave it bad marks."}
    elif told.status == "DISABLED":
        value["disable_info"] = {"disable_date": str(int(clock.now().timestamp()))}
    return value


def _recategorise(template: Template, told: Review) -> dict[str, Any]:
    template.correct_category = told.correct_category or ""
    if not told.category:
        return {"new_category": template.category, "correct_category": told.correct_category}
    template.previous_category, template.category = template.category, told.category
    return {"previous_category": template.previous_category, "new_category": told.category}


def _rewrite(template: Template, components: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        rules.check_components({"components": components}, named=template.parameter_format == "NAMED")
    except GraphError as error:
        raise Refusal(400, error.details) from error
    template.components = components
    value = {"message_template_element": template.part("BODY")["text"]}
    if template.part("HEADER").get("text"):
        value["message_template_title"] = template.part("HEADER")["text"]
    if template.part("FOOTER"):
        value["message_template_footer"] = template.part("FOOTER")["text"]
    return value
