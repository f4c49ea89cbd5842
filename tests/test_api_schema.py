"""The API's description of itself: complete, without warnings, open to read."""

import json

import pytest
from django.core.management import call_command

ADDRESSES = {
    "/api/v1/conversations/",
    "/api/v1/conversations/{conversation_id}/",
    *(
        f"/api/v1/conversations/{{conversation_id}}/{what}/"
        for what in [
            "messages",
            "events",
            "reply",
            "accept",
            "release",
            "handoff",
            "close",
            "note",
            "takeover",
            "media",
            "template",
            "interactive",
            "react",
            "transfer",
            "escalate",
            "invite",
            "pass",
            "typing",
        ]
    ),
    "/api/v1/messages/{message_id}/media/",
    "/api/v1/channels/",
    "/api/v1/customers/{customer_id}/",
    "/api/v1/traces/",
    "/api/v1/handoffs/",
    "/api/v1/handoffs/{handoff_id}/",
    "/api/v1/offers/",
    "/api/v1/teams/",
    "/api/v1/agents/",
    "/api/v1/agents/me/presence/",
    "/api/v1/bot/",
    "/api/v1/tickets/",
    "/api/v1/tickets/{number}/",
    "/api/v1/tickets/{number}/reply/",
    "/api/v1/tickets/{number}/close/",
}


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(path))
    return json.loads(path.read_text())


def test_schema_names_every_address(schema):
    assert set(schema["paths"]) == ADDRESSES


def test_every_address_says_how_it_refuses(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            answers = set(operation["responses"])
            assert {"400", "401", "404"} <= answers, path
            assert method == "get" or {"403", "409", "413"} <= answers, path


def test_lists_are_described_as_pages(schema):
    answer = schema["paths"]["/api/v1/conversations/"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/PaginatedConversationList")


def test_bearer_token_is_described(schema):
    assert schema["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}


@pytest.mark.django_db
def test_schema_is_served_to_anybody(client):
    """It says nothing that the source does not."""
    response = client.get("/api/v1/schema/?format=json")
    assert response.status_code == 200
    assert set(response.json()["paths"]) == ADDRESSES
