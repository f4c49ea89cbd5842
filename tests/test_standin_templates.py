"""Templates at the stand-in are listed, made, reviewed and sent by WhatsApp's rules."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import standin
from tests.standin import Desk, settle
from tests.standin_templates import ACCOUNT, LIST, ask, code, listed, review, send, template_id
from whatsapp.standin.client import StandinClient


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def desk(server) -> Iterator[Desk]:
    with standin.listening(server) as desk:
        yield desk


@pytest.fixture
def client(server, desk) -> StandinClient:
    return server


# The list


def test_the_list_is_paged_by_cursors_until_there_is_no_next(client):
    everything = [one["id"] for one in listed(client)]
    seen, url = [], f"{LIST}?limit=4&fields=name,status"
    while url:
        page = ask(client, "GET", url).json()
        seen += [one["id"] for one in page["data"]]
        assert page["paging"]["cursors"].keys() == {"before", "after"}
        assert all(one.keys() == {"id", "name", "status"} for one in page["data"])
        url = page["paging"].get("next", "")
    assert seen == everything
    assert len(everything) == 10


def test_the_next_page_keeps_the_question_and_a_deleted_template_costs_nothing(client):
    page = ask(client, "GET", LIST, params={"limit": 2, "status": "APPROVED", "fields": "name"}).json()
    query = parse_qs(urlsplit(page["paging"]["next"]).query)
    assert (query["limit"], query["status"], query["fields"]) == (["2"], ["APPROVED"], ["name"])
    expected = ask(client, "GET", page["paging"]["next"]).json()["data"]
    ask(client, "DELETE", LIST, params={"name": page["data"][1]["name"]})
    assert ask(client, "GET", page["paging"]["next"]).json()["data"] == expected


def test_the_last_page_has_no_next_and_an_empty_one_no_paging(client):
    assert "next" not in ask(client, "GET", LIST, params={"limit": 100}).json()["paging"]
    assert ask(client, "GET", LIST, params={"name": "nothing"}).json() == {"data": []}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"language": "de"}, {"reengage_update"}),
        ({"status": "PAUSED"}, {"late_delivery"}),
        ({"status": "REJECTED"}, {"refund_offer"}),
        ({"category": "MARKETING"}, {"spring_offer", "refund_offer"}),
        ({"category": "MARKETING", "status": "APPROVED"}, {"spring_offer"}),
    ],
)
def test_the_list_can_be_filtered(client, query, names):
    assert {one["name"] for one in listed(client, **query)} == names


def test_a_field_is_told_where_it_is_asked_for(client):
    (told,) = listed(client, name="refund_offer", fields="name,rejected_reason,quality_score,previous_category")
    assert told == {
        "name": "refund_offer",
        "rejected_reason": "PROMOTIONAL",
        "quality_score": {"score": "UNKNOWN"},
        "id": told["id"],
    }
    assert code(ask(client, "GET", LIST, params={"fields": "colour"})) == 100


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "many"}, {"after": "!"}])
def test_a_wrong_question_is_refused(client, query):
    assert code(ask(client, "GET", LIST, params=query)) == 100


def test_the_list_needs_the_token_and_an_account_that_is_there(client):
    assert code(ask(client, "GET", LIST, headers={"Authorization": "Bearer another"})) == 190
    assert code(ask(client, "GET", LIST.replace(ACCOUNT, "1"))) == 100


def test_a_fault_of_the_list_is_played(client):
    client.faults({"where": "templates", "kind": "error", "code": 80007, "http": 429, "headers": {"Retry-After": "60"}})
    answer = ask(client, "GET", LIST)
    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (429, 80007, "60")
    assert ask(client, "GET", LIST).status_code == 200


# Making one

NEW: dict[str, Any] = {
    "name": "parcel_ready",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["A-1042"]}},
        {"type": "BODY", "text": "Hello {{1}}, come to {{2}}.", "example": {"body_text": [["Ann", "the shop"]]}},
        {"type": "FOOTER", "text": "Demo shop"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Yes"},
                {"type": "URL", "text": "See it", "url": "https://shop.example/{{1}}", "example": ["a"]},
                {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+15550100000"},
            ],
        },
    ],
}
NAMED = {
    "type": "BODY",
    "text": "Hello {{name}}, welcome.",
    "example": {"body_text_named_params": [{"param_name": "name", "example": "Ann"}]},
}


def body(text: str, *samples: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text} | ({"example": {"body_text": [list(samples)]}} if samples else {})


def button(number: int) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": f"Reply {number}"}


def with_part(part: dict[str, Any]) -> dict[str, Any]:
    others = [one for one in NEW["components"] if one["type"] != part["type"]]
    return NEW | {"components": [*others, part]}


def with_link(url: str, **more: Any) -> dict[str, Any]:
    return with_part({"type": "BUTTONS", "buttons": [{"type": "URL", "text": "See", "url": url, **more}]})


#: What may be created, and what one step beyond may not.
DEFINITIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "name of 512": (NEW | {"name": "a" * 512}, NEW | {"name": "a" * 513}),
    "name in lower case": (NEW | {"name": "a_1"}, NEW | {"name": "A-1"}),
    "language": (NEW | {"language": "pt_BR"}, NEW | {"language": "pt-BR"}),
    "category": (NEW | {"category": "MARKETING"}, NEW | {"category": "SERVICE"}),
    "body of 1024": (with_part(body("x" * 1024)), with_part(body("x" * 1025))),
    "one body": (NEW, NEW | {"components": NEW["components"][:1]}),
    "one of each part": (NEW, NEW | {"components": [*NEW["components"], NEW["components"][0]]}),
    "variable not first": (with_part(body("To {{1}}.", "Ann")), with_part(body("{{1}}, hello.", "Ann"))),
    "variable not last": (with_part(body("Hello {{1}}.", "Ann")), with_part(body("Hello {{1}}", "Ann"))),
    "numbers without gaps": (
        with_part(body("A {{2}} and {{1}}.", "x", "y")),
        with_part(body("A {{1}} and {{3}}.", "x", "y")),
    ),
    "an example of each": (with_part(body("A {{1}}.", "x")), with_part(body("A {{1}} {{2}}.", "x"))),
    "named parameters": (
        NEW | {"components": [NAMED], "parameter_format": "NAMED"},
        NEW | {"components": [NAMED], "parameter_format": "POSITIONAL"},
    ),
    "named parameters with examples": (
        NEW | {"components": [NAMED], "parameter_format": "NAMED"},
        NEW | {"components": [NAMED | {"example": {}}], "parameter_format": "NAMED"},
    ),
    "header of 60": (
        with_part({"type": "HEADER", "format": "TEXT", "text": "x" * 60}),
        with_part({"type": "HEADER", "format": "TEXT", "text": "x" * 61}),
    ),
    "header file with a sample": (
        with_part({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}}),
        with_part({"type": "HEADER", "format": "IMAGE"}),
    ),
    "footer of 60": (with_part({"type": "FOOTER", "text": "x" * 60}), with_part({"type": "FOOTER", "text": "x" * 61})),
    "footer without variables": (NEW, with_part({"type": "FOOTER", "text": "Hello {{1}}."})),
    "ten buttons": (
        with_part({"type": "BUTTONS", "buttons": list(map(button, range(10)))}),
        with_part({"type": "BUTTONS", "buttons": list(map(button, range(11)))}),
    ),
    "button text of 25": (
        with_part({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "x" * 25}]}),
        with_part({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "x" * 26}]}),
    ),
    "link variable at its end": (
        with_link("https://shop.example/{{1}}", example=["a"]),
        with_link("https://shop.example/{{1}}/x", example=["a"]),
    ),
    "link variable with an example": (
        with_link("https://shop.example/{{1}}", example=["a"]),
        with_link("https://shop.example/{{1}}"),
    ),
}


@pytest.mark.parametrize("case", DEFINITIONS)
def test_a_template_is_taken_at_the_limit_and_refused_beyond(client, case):
    right, wrong = DEFINITIONS[case]
    refused = ask(client, "POST", LIST, json=wrong)
    assert refused.status_code == 400, case
    assert code(refused) in (100, 131008, 131009)
    made = ask(client, "POST", LIST, json=right)
    assert made.status_code == 200, made.text
    assert made.json() == {"id": made.json()["id"], "status": "PENDING", "category": right["category"]}


def test_a_template_is_made_once_in_each_language(client):
    assert ask(client, "POST", LIST, json=NEW).status_code == 200
    assert code(ask(client, "POST", LIST, json=NEW)) == 100
    assert ask(client, "POST", LIST, json=NEW | {"language": "de"}).status_code == 200


def test_a_new_template_can_be_sent_once_it_is_approved(client):
    ask(client, "POST", LIST, json=NEW | {"components": [body("Hello.")]})
    assert code(send(client, "parcel_ready")) == 132001
    review(client, "parcel_ready", status="APPROVED")
    assert send(client, "parcel_ready").status_code == 200


def test_an_approved_template_is_edited_once_a_day_and_is_pending_then(client):
    path = f"/v26.0/{template_id(client, 'reengage_update')}"
    new = {"components": [body("We have news. Reply to continue.")]}
    assert code(ask(client, "POST", path, json={"category": "MARKETING"})) == 100
    assert code(ask(client, "POST", path, json={})) == 131008
    assert ask(client, "POST", path, json=new).json() == {"success": True}
    assert ask(client, "GET", path, params={"fields": "status"}).json()["status"] == "PENDING"
    assert code(ask(client, "POST", path, json=new)) == 100, "while it is pending"
    review(client, "reengage_update", status="APPROVED")
    assert code(ask(client, "POST", path, json=new)) == 100, "twice in a day"
    client.jump_clock(24 * 3600)
    assert ask(client, "POST", path, json=new).status_code == 200


def test_a_template_is_deleted_by_name_or_one_language_by_id(client):
    german = listed(client, name="reengage_update", language="de")[0]["id"]
    assert ask(client, "DELETE", LIST, params={"name": "reengage_update", "hsm_id": german}).json() == {"success": True}
    assert [one["language"] for one in listed(client, name="reengage_update")] == ["en_US"]
    ask(client, "DELETE", LIST, params={"name": "reengage_update"})
    assert listed(client, name="reengage_update") == []
    assert ask(client, "DELETE", LIST, params={"name": "reengage_update"}).status_code == 404
    assert code(ask(client, "DELETE", LIST)) == 100


# What WhatsApp decides


def told(desk: Desk, client: StandinClient) -> list[tuple[str, dict[str, Any]]]:
    settle(client)
    changes = []
    for envelope in map(standin.json.loads, desk.bodies):
        for entry in envelope["entry"]:
            assert entry["id"] == ACCOUNT
            assert isinstance(entry["time"], int)
            changes += [(change["field"], change["value"]) for change in entry["changes"]]
    return changes


def test_each_decision_is_told_by_its_own_webhook(client, desk):
    identity = {
        "message_template_id": int(template_id(client, "order_update")),
        "message_template_name": "order_update",
        "message_template_language": "en_US",
    }
    review(client, "order_update", status="PAUSED", title="SECOND_PAUSE")
    review(client, "order_update", status="REJECTED", reason="INVALID_FORMAT", recommendation="Say more.")
    review(client, "order_update", quality="YELLOW")
    review(client, "order_update", category="MARKETING")
    review(client, "order_update", correct_category="UTILITY")
    paused, rejected, quality, category, announced = told(desk, client)
    assert {key: paused[1][key] for key in identity} == identity
    assert paused[0] == rejected[0] == "message_template_status_update"
    assert (paused[1]["event"], paused[1]["other_info"]["title"]) == ("PAUSED", "SECOND_PAUSE")
    assert (rejected[1]["event"], rejected[1]["reason"]) == ("REJECTED", "INVALID_FORMAT")
    assert rejected[1]["rejection_info"]["recommendation"] == "Say more."
    assert quality == (
        "message_template_quality_update",
        {"previous_quality_score": "GREEN", "new_quality_score": "YELLOW", **identity},
    )
    assert category == (
        "template_category_update",
        {"previous_category": "UTILITY", "new_category": "MARKETING", **identity},
    )
    assert announced[1]["correct_category"] == "UTILITY"
    (now,) = listed(
        client, name="order_update", fields="status,category,previous_category,quality_score,rejected_reason"
    )
    assert (now["status"], now["category"], now["previous_category"]) == ("REJECTED", "MARKETING", "UTILITY")
    assert (now["quality_score"]["score"], now["rejected_reason"]) == ("YELLOW", "INVALID_FORMAT")


def test_new_components_are_told_and_sent_by(client, desk):
    review(client, "reengage_update", components=[body("Hello {{1}}, news.", "Ann")])
    ((field, value),) = told(desk, client)
    assert field == "message_template_components_update"
    assert value["message_template_element"] == "Hello {{1}}, news."
    assert code(send(client, "reengage_update")) == 132000


@pytest.mark.parametrize(
    ("path", "change", "status", "word"),
    [
        ("1", {"status": "PAUSED"}, 404, "/standin/templates"),
        ("", {"status": "SLEEPING"}, 400, "SLEEPING"),
        ("", {"components": []}, 400, "components"),
    ],
)
def test_a_wrong_decision_is_told_the_mend(client, path, change, status, word):
    path = path or template_id(client, "order_update")
    answer = ask(client, "POST", f"/standin/templates/{path}", json=change)
    assert answer.status_code == status
    assert word in answer.json()["detail"]


def test_every_template_is_seen_at_the_door_for_tests(client):
    everything = ask(client, "GET", "/standin/templates", headers={}).json()
    assert {one["business_account_id"] for one in everything} == {ACCOUNT}
    assert len(everything) == 10
