"""What happens beside messages: calls, other fields, changed identities, and how sends show on the phone."""

import json

import pytest

from tests.standin import NUMBER, graph, settle, text_to, until, write
from tests.standin_desk import changes, desk, last_message, server
from whatsapp.standin.client import StandinRefused

__all__ = ["desk", "server"]

ANN = "+15550100191"


def test_standby_messages_come_on_their_own_field(server, desk):
    server.standby("ann", phone_number_id=NUMBER, text="anybody?")
    settle(server)
    (change,) = changes(desk)
    assert (change["field"], change["value"]["messages"][0]["text"]["body"]) == ("standby", "anybody?")


def test_a_new_number_brings_a_new_user_id_and_the_person_is_reached_there(server, desk):
    write(server)
    server.system("ann", "user_changed_number", phone_number_id=NUMBER, wa_id="15550100777", bsuid="US.2001")
    message = last_message(server, desk)
    assert message["from"] == "15550100191"
    assert message["system"] == {
        "type": "user_changed_number",
        "body": "User Ann changed from 15550100191 to 15550100777",
        "wa_id": "15550100777",
        "user_id": "US.2001",
        "previous_user_id": "US.1001",
    }
    assert "contacts" not in desk.values()[-1]
    assert graph(server, text_to(ANN)).json()["error"]["code"] == 131026
    assert graph(server, text_to("+15550100777")).status_code == 200
    write(server)
    assert last_message(server, desk)["from_user_id"] == "US.2001"


def test_a_new_user_id_of_a_hidden_person_gives_only_the_ids(server, desk):
    server.system("bob", "user_changed_user_id", phone_number_id=NUMBER, bsuid="GB.2002")
    message = last_message(server, desk)
    assert set(message) == {"id", "timestamp", "type", "system"}
    assert (message["system"]["previous_user_id"], message["system"]["user_id"]) == ("GB.1002", "GB.2002")
    assert not any(b"447700900192" in body for body in desk.bodies)


def test_a_call_opens_the_window_and_ends_once(server, desk):
    assert graph(server, text_to(ANN)).json()["error"]["code"] == 131047
    call = server.call("ann", phone_number_id=NUMBER)
    assert graph(server, text_to(ANN)).status_code == 200
    server.hang_up("ann", phone_number_id=NUMBER, call_id=call["id"], seconds=42)
    settle(server)
    connect, terminate = [value["calls"][0] for value in desk.values() if "calls" in value]
    assert (connect["id"], connect["event"], connect["session"]["sdp_type"]) == (call["id"], "connect", "offer")
    assert (terminate["status"], terminate["duration"]) == ("COMPLETED", 42)
    with pytest.raises(StandinRefused, match="going on"):
        server.hang_up("ann", phone_number_id=NUMBER, call_id=call["id"])


def test_what_the_business_writes_on_its_own_phone_is_echoed(server, desk):
    line = server.echo("ann", phone_number_id=NUMBER, text="one moment")
    server.echo("ann", phone_number_id=NUMBER, type="edit", target=line["id"], text="two moments")
    server.echo("ann", phone_number_id=NUMBER, type="revoke", target=line["id"])
    settle(server)
    echoes = [change["value"]["message_echoes"][0] for change in changes(desk)]
    assert {change["field"] for change in changes(desk)} == {"smb_message_echoes"}
    assert [echo["type"] for echo in echoes] == ["text", "edit", "revoke"]
    assert (echoes[0]["from"], echoes[0]["to"], echoes[0]["to_user_id"]) == ("15550100009", "15550100191", "US.1001")
    assert echoes[1]["edit"]["message"]["text"] == {"body": "two moments"}
    (shown,) = server.screen("ann")["lines"]
    assert shown["deleted"]


def test_history_holds_both_sides_of_the_chat(server, desk):
    write(server, text="first")
    write(server, text="", type="image")
    graph(server, text_to(ANN, "second"))
    settle(server)
    assert server.history("ann", phone_number_id=NUMBER)["messages"] == 3
    settle(server)
    change = next(change for change in changes(desk) if change["field"] == "history")
    (thread,) = change["value"]["history"][0]["threads"]
    assert thread["id"] == "15550100191"
    assert [message["type"] for message in thread["messages"]] == ["text", "media_placeholder", "text"]
    assert thread["messages"][2]["from"] == "15550100009"
    assert thread["messages"][2]["history_context"] == {"status": "DELIVERED"}


def test_any_field_with_any_value_goes_out_under_the_account_with_its_time(server, desk):
    value = {"event": "PAUSED", "message_template_id": 7, "message_template_name": "order_update"}
    server.announce(NUMBER, "message_template_status_update", value)
    settle(server)
    (entry,) = json.loads(desk.bodies[0])["entry"]
    assert isinstance(entry["time"], int)
    assert entry["changes"] == [{"field": "message_template_status_update", "value": value}]


def test_a_batch_keeps_fields_apart(server, desk):
    server.webhook_faults({"kind": "batch", "size": 4})
    write(server, text="a")
    write(server, text="b")
    server.standby("ann", phone_number_id=NUMBER, text="c")
    server.announce(NUMBER, "account_update", {"event": "ACCOUNT_RESTRICTION"})
    settle(server)
    entries = json.loads(desk.bodies[0])["entry"]
    fields = [[change["field"] for change in entry["changes"]] for entry in entries]
    assert fields == [["messages", "standby"], ["account_update"]]
    assert len(entries[0]["changes"][0]["value"]["messages"]) == 2


def test_a_template_leaves_a_closed_window_costs_its_category_and_opens_nothing(server, desk):
    content = {"name": "reengage_update", "language": {"code": "en_US"}}
    body = {"messaging_product": "whatsapp", "to": ANN, "type": "template", "template": content}
    assert graph(server, body).status_code == 200
    settle(server)
    assert desk.statuses()[0]["pricing"] == {
        "billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility",
    }  # fmt: skip
    (line,) = server.screen("ann")["lines"]
    assert line["text"] == "We have an update on your order. Reply to continue."
    assert graph(server, text_to(ANN)).json()["error"]["code"] == 131047


def test_a_reaction_of_the_business_stands_under_the_line_and_is_told_of_once(server, desk):
    line = write(server)
    reaction = {"message_id": line["id"], "emoji": "\N{THUMBS UP SIGN}"}
    graph(server, {"messaging_product": "whatsapp", "to": ANN, "type": "reaction", "reaction": reaction})
    settle(server)
    (shown,) = server.screen("ann")["lines"]
    assert shown["reactions"] == {"business": "\N{THUMBS UP SIGN}"}
    assert [status["status"] for status in desk.statuses()] == ["sent"]


def test_typing_shows_until_the_next_message(server, desk):
    line = write(server)
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": line["id"]}
    graph(server, mark)
    assert server.screen("ann")["typing"] == []
    graph(server, mark | {"typing_indicator": {"type": "text"}})
    assert server.screen("ann")["typing"] == [NUMBER]
    assert server.screen("bob")["typing"] == []
    graph(server, text_to(ANN))
    until(lambda: server.screen("ann")["typing"] == [])
