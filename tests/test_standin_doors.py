"""The stand-in's own doors: clear refusals, no way in for a browser, the demo's cast, safe starts."""

import socket
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests import standin
from tests.standin import graph, text_to, write
from whatsapp.standin.app import create_app
from whatsapp.standin.client import StandinAway, StandinClient, StandinRefused
from whatsapp.standin.demo import DEMO_USERS, demo_number, fill, register_demo
from whatsapp.standin.phones import Network


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def client(server) -> Iterator[StandinClient]:
    with standin.listening(server):
        yield server


def ask(client: StandinClient, method: str, path: str, **options) -> httpx.Response:
    return httpx.request(method, client.url + path, trust_env=False, **options)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("GET", "/nowhere", None, 404, "/nowhere"),
        ("DELETE", "/standin/sent", None, 405, "GET"),
        ("PUT", "/standin/users/x", {"name": "X"}, 400, "bsuid"),
        ("PUT", "/standin/users/x", {"name": "X", "bsuid": "US.1", "age": 3}, 400, "age"),
        ("PUT", "/standin/numbers/1", {"key": "k"}, 400, "access_token"),
        ("POST", "/standin/faults", {"kind": "explode"}, 400, "explode"),
        ("POST", "/standin/webhook-faults", [{"kind": "batch", "size": 0}], 400, "size"),
        ("POST", "/standin/users/nobody/messages", {"phone_number_id": standin.NUMBER, "text": "x"}, 404, "nobody"),
        ("POST", "/standin/users/ann/messages", {"phone_number_id": "1", "text": "x"}, 404, "/standin/numbers/1"),
        ("POST", "/standin/users/ann/messages", {"phone_number_id": standin.NUMBER}, 400, "text"),
        ("POST", "/standin/users/ann/messages", {"phone_number_id": standin.NUMBER, "type": "poll"}, 400, "payload"),
        ("POST", "/standin/users/ann/messages", {"phone_number_id": standin.NUMBER, "type": "reaction"}, 409, "react"),
        ("GET", "/standin/users/ann/messages?after=-1", None, 400, "after"),
        ("POST", "/standin/clock/", {"seconds": -5}, 409, "backwards"),
        ("PUT", f"/standin/windows/{standin.NUMBER}/ann", {"at": "2026-11-21T09:00:00"}, 400, "UTC"),
    ],
)
def test_a_wrong_request_is_told_the_mend(client, method, path, body, status, word):
    answer = ask(client, method, path, json=body)
    assert answer.status_code == status
    assert word in answer.json()["detail"]


async def test_a_number_that_nothing_tells_where_to_call_is_refused():
    transport = httpx.ASGITransport(app=create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        number = {"key": "k", "access_token": "t", "app_secret": "s", "display": "+1"}
        answer = await http.put("/standin/numbers/1", json=number)
    assert answer.status_code == 400
    assert "baton_url" in answer.json()["detail"]


def test_broken_json_is_a_400(client):
    assert ask(client, "POST", "/standin/faults", content=b"{\xff").status_code == 400


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example:8001"}])
def test_a_page_in_a_browser_cannot_reach_it(client, headers):
    assert ask(client, "POST", "/standin/reset", headers=headers).status_code == 403


def test_numbers_are_listed_without_their_secrets(client):
    assert standin.TOKEN not in ask(client, "GET", "/standin/numbers").text
    assert standin.SECRET not in ask(client, "GET", "/standin/numbers").text


def test_a_screen_gives_what_changed_since_and_only_what_arrived(client):
    write(client)
    graph(client, text_to("+15550100191"))
    standin.settle(client)
    screen = client.screen("ann")
    assert [(line["by"], line["status"]) for line in screen["lines"]] == [
        ("customer", "delivered"),
        ("business", "delivered"),
    ]
    assert client.screen("ann", after=screen["revision"])["lines"] == []
    client.open_phone("ann")
    assert [line["status"] for line in client.screen("ann", after=screen["revision"])["lines"]] == ["read"]


def test_reset_empties_the_phones_and_keeps_the_people(client):
    write(client)
    client.faults({"kind": "error"})
    client.reset()
    assert client.screen("ann")["lines"] == []
    assert [user["id"] for user in client.users()] == ["ann", "bob"]
    write(client)
    assert graph(client, text_to("+15550100191")).status_code == 200


ACCOUNT = "555010900000001"


def knock(client: StandinClient, method: str, path: str, token: str = standin.TOKEN, **options) -> httpx.Response:
    return ask(client, method, f"/v26.0/{path}", headers={"Authorization": f"Bearer {token}"}, **options)


def test_a_number_tells_how_it_is(client):
    fields = "id,display_phone_number,verified_name,quality_rating,throughput,status,code_verification_status"
    assert knock(client, "GET", standin.NUMBER, params={"fields": fields}).json() == {
        "id": standin.NUMBER,
        "display_phone_number": "+1 555 010 0009",
        "verified_name": "Test business",
        "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"},
        "status": "CONNECTED",
        "code_verification_status": "VERIFIED",
    }
    told = knock(client, "GET", standin.NUMBER).json()
    assert told.keys() == {"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "id"}


def test_a_number_can_fall_ill_until_the_next_reset(client):
    sick = {"quality_rating": "RED", "status": "RESTRICTED"}
    assert ask(client, "PUT", f"/standin/conditions/{standin.NUMBER}", json=sick).status_code == 200
    fields = {"fields": "quality_rating,status"}
    assert knock(client, "GET", standin.NUMBER, params=fields).json() == sick | {"id": standin.NUMBER}
    client.reset()
    assert knock(client, "GET", standin.NUMBER, params=fields).json()["status"] == "CONNECTED"


@pytest.mark.parametrize("path", [standin.NUMBER, ACCOUNT, f"{ACCOUNT}/subscribed_apps"])
def test_what_an_account_tells_needs_its_token(client, path):
    answer = knock(client, "GET", path, token="another")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)
    assert knock(client, "GET", path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "1234", {}),
        ("GET", "1234/message_templates", {}),
        ("GET", "1234/subscribed_apps", {}),
        ("POST", "1234/messages", {"json": {}}),
        ("POST", "1234/media", {}),
        ("DELETE", standin.NUMBER, {}),
        ("GET", f"{standin.NUMBER}/messages", {}),
        ("GET", standin.NUMBER, {"params": {"fields": "colour"}}),
    ],
)
def test_what_is_not_there_is_refused_in_graphs_words(client, method, path, options):
    answer = knock(client, method, path, **options)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_an_account_tells_whether_our_app_is_subscribed(client):
    path = f"{ACCOUNT}/subscribed_apps"
    (app,) = knock(client, "GET", path).json()["data"]
    assert app.keys() == {"whatsapp_business_api_data"}
    assert app["whatsapp_business_api_data"].keys() == {"id", "name", "link"}
    assert knock(client, "DELETE", path).json() == {"success": True}
    assert knock(client, "GET", path).json() == {"data": []}
    override = {"override_callback_uri": "https://desk.example/hook", "verify_token": "word"}
    assert knock(client, "POST", path, json={"override_callback_uri": "desk"}).status_code == 400
    assert knock(client, "POST", path, json=override).json() == {"success": True}
    (app,) = knock(client, "GET", path).json()["data"]
    assert app["override_callback_uri"] == "https://desk.example/hook"
    assert knock(client, "POST", path).json() == {"success": True}


def test_a_reset_empties_the_shelves_and_the_templates(client):
    media_id = ask(client, "PUT", "/standin/media", json={"kind": "image"}).json()["id"]
    knock(client, "DELETE", f"{ACCOUNT}/message_templates", params={"name": "order_update"})
    client.reset()
    assert knock(client, "GET", media_id).status_code == 400
    names = [one["name"] for one in knock(client, "GET", f"{ACCOUNT}/message_templates").json()["data"]]
    assert "order_update" in names


def test_the_demo_can_be_registered_twice_and_its_windows_restored(client, now, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    now_there = client.jump_clock(0)["now"]
    for _ in range(2):
        register_demo(client, baton_url="http://127.0.0.1:9", last_written={"noor": now.fromisoformat(now_there)})
    assert {user.key for user in DEMO_USERS} <= {user["id"] for user in client.users()}
    answer = httpx.post(
        f"{client.url}/v26.0/{demo_number().phone_number_id}/messages",
        json=text_to("+447700900108"),
        headers={"Authorization": f"Bearer {demo_number().access_token}"},
        trust_env=False,
    )
    assert answer.status_code == 200


def test_a_stand_in_started_for_the_demo_knows_everybody(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    network = Network()
    fill(network, baton_url="http://127.0.0.1:9")
    assert network.number(demo_number().phone_number_id).app_secret == demo_number().app_secret
    assert [*network.users] == [*(user.key for user in DEMO_USERS), "kai"]
    assert network.users["jonas"].shown_phone == ""


def test_the_demo_secrets_are_made_once_and_differ(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    number = demo_number()
    assert number == demo_number()
    assert len({number.access_token, number.app_secret, number.verify_token}) == 3
    settings.DATA_DIR = tmp_path / "another"
    assert demo_number().app_secret != number.app_secret


def test_the_demo_cast_is_invented_and_complete():
    assert [user.key for user in DEMO_USERS] == ["maya", "jonas", "lucia", "omar", "priya", "rafael", "dewi", "noor"]
    assert all(user.wa_id.startswith(("1555010", "447700900")) for user in DEMO_USERS)
    assert [user.key for user in DEMO_USERS if not user.shares_phone] == ["jonas"]
    assert len({user.bsuid for user in DEMO_USERS}) == 8
    assert all(len(user.phrases) == 4 for user in DEMO_USERS)


def test_a_stand_in_that_is_away_is_named_with_its_address():
    url = f"http://127.0.0.1:{standin.free_port()}"
    with StandinClient(url) as client, pytest.raises(StandinAway, match=url):
        client.hello()


def test_something_else_on_the_port_is_not_taken_for_the_stand_in():
    desk = standin.Desk()
    try:
        with StandinClient(desk.url) as client, pytest.raises(StandinRefused, match="not the stand-in"):
            client.hello()
    finally:
        desk.close()


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    command, environ = standin.command(*arguments, **options)
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_it_refuses_to_start_outside_the_demo(tmp_path):
    result = run("--port", str(standin.free_port()), data_dir=tmp_path, SIMULATOR="0")
    assert result.returncode == 1
    assert "SIMULATOR=1" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_is_named_and_ends_it(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("--port", port, data_dir=tmp_path)
    assert result.returncode == 1
    assert f"Cannot listen on port {port}" in result.stderr
    assert "Traceback" not in result.stderr
