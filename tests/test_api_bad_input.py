"""Bad input to the API: a clear answer that names the mistake, never a 500, nothing changed."""

import json

import pytest

from audit.models import Event
from conversations.models import Message
from tests import api_factories as make

pytestmark = pytest.mark.django_db

LIST = "/api/v1/conversations/"


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def api(ana, now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)
    return make.client_of(ana)


@pytest.fixture
def reply(ana, now):
    return f"{LIST}{make.held_by(ana, now).pk}/reply/"


def refuses(response, status: int = 400, code: str = "invalid") -> dict:
    answer = response.json()
    assert (response.status_code, answer["code"]) == (status, code), answer
    assert answer["detail"]
    assert not Message.objects.filter(sender="human").exists()
    return answer


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"not json", b"\xff\xfe", b'{"body": NaN}', b'{"body": "a"}}', b'{"body": ' + b"9" * 5000 + b"}",
        b"[" * 100_000, b'{"body":' * 20_000,
    ],
    ids=["empty", "brace", "words", "bytes", "nan", "trailing", "digits", "brackets", "nested"],
)  # fmt: skip
def test_body_that_is_not_json(api, reply, body):
    code = "parse_error" if body else "invalid"
    refuses(api.generic("POST", reply, body, content_type="application/json"), code=code)


@pytest.mark.parametrize("body", [[], ["a"], "text", 7, None, True, {"body": None}, {"body": ""}, {"body": " \n "}])
def test_body_of_the_wrong_shape(api, reply, body):
    refuses(api.post(reply, json.dumps(body), content_type="application/json"))


@pytest.mark.parametrize("text", [{}, [], ["a"], {"a": 1}, True])
def test_field_of_the_wrong_type_is_named(api, reply, text):
    assert "body" in refuses(api.post(reply, {"body": text}, format="json"))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfff"])
def test_text_that_no_database_holds(api, reply, text):
    raw = json.dumps({"body": text})
    assert "body" in refuses(api.post(reply, raw, content_type="application/json"))


def test_text_longer_than_whatsapp_takes(api, reply):
    assert "at most 4096" in refuses(api.post(reply, {"body": "x" * 4097}, format="json"))["body"][0]


def test_longest_text_is_taken(api, reply):
    assert api.post(reply, {"body": "é" * 4096}, format="json").status_code == 201


def test_missing_field_is_named(api, reply):
    assert refuses(api.post(reply, {}, format="json"))["body"] == ["This field is required."]


@pytest.mark.parametrize("name", ["text", "code", "x" * 5000, "\ud800", "a\x00", "<script>"])
def test_unknown_field_is_refused_by_name(api, reply, name):
    """A misspelt field would be lost without a word."""
    raw = json.dumps({"body": "Hello", name: 1})
    answer = refuses(api.post(reply, raw, content_type="application/json"))
    assert answer["detail"].startswith("Unknown field ")
    assert answer["detail"].endswith("This takes: body, reply_to.")
    assert len(answer["detail"]) < 300


def test_field_where_nothing_is_taken(api, ana, now):
    thread = make.waiting(now)
    answer = refuses(api.post(f"{LIST}{thread.pk}/accept/", {"agent": "bob"}, format="json"))
    assert answer["detail"] == "Unknown field 'agent'. This takes no fields."


def test_huge_body(api, reply):
    refuses(api.post(reply, {"body": "x" * 300_000}, format="json"), 413, "too_large")


def test_form_is_refused(api, reply):
    refuses(api.post(reply, {"body": "Hello"}, format=None, content_type="text/plain"), 415, "unsupported_media_type")


@pytest.mark.parametrize("charset", ["utf-7", "base64", "rot13", "nonsense", "utf-16"])
def test_strange_charset_is_read_as_utf8(api, reply, charset):
    raw = json.dumps({"body": "Grüße"}, ensure_ascii=False).encode()
    response = api.generic("POST", reply, raw, content_type=f"application/json; charset={charset}")
    assert (response.status_code, response.json()["body"]) == (201, "Grüße")


def test_wrong_method(api, reply):
    refuses(api.get(reply), 405, "method_not_allowed")
    refuses(api.delete(LIST), 405, "method_not_allowed")


@pytest.mark.parametrize("name", ["7", "not-a-uuid", "%00", "%F0%9F%8D%B0", "0" * 3000, "%ED%A0%80"])
@pytest.mark.parametrize("what", ["", "messages/", "reply/"])
def test_id_that_is_none(api, name, what):
    path = f"{LIST}{name}/{what}"
    response = api.post(path, {"body": "Hello"}, format="json") if what == "reply/" else api.get(path)
    refuses(response, 404, "not_found")


def test_unknown_address_answers_in_json(api):
    refuses(api.get("/api/v1/converstions/"), 404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "state=open", "state=%00", "control=ai", "team=nobodys", "team=99999999999999999999", "team=%00", "team=-1",
        "assigned_to=nobody", "assigned_to=99999999999", "assigned_to=%00", "assigned_to=" + "x" * 200,
        "customer=7", "customer=%00", "q=%00", "q=" + "x" * 300, "stat=new", "%00=1",
    ],
)  # fmt: skip
def test_filter_that_means_nothing(api, now, query):
    """Ignored, it would show everything as though all of it matched."""
    make.conversation(now)
    name = query.partition("=")[0]
    answer = refuses(api.get(f"{LIST}?{query}"))
    assert name == "%00" or name in answer


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=abc", "page=99999999999999999999", "page=%00"])
def test_page_that_is_none(api, query):
    refuses(api.get(f"{LIST}?{query}"), 404, "not_found")


@pytest.mark.parametrize("after", ["abc", "-1", "1.5", "99999999999999999999", "%00", "9" * 5000])
@pytest.mark.parametrize("what", ["messages", "events"])
def test_after_that_is_no_number(api, now, what, after):
    assert "after" in refuses(api.get(f"{LIST}{make.conversation(now).pk}/{what}/?after={after}"))


@pytest.mark.parametrize("query", ["", "?provider_id=", "?provider_id=%00", "?provider_id=" + "x" * 300, "?id=7"])
def test_trace_of_nothing(api, query):
    refuses(api.get(f"/api/v1/traces/{query}"))


@pytest.mark.parametrize("team", ["nobodys", "99999999999", "\x00", "x" * 100, {}, [1], True])
def test_handoff_to_no_team(api, now, team):
    thread = make.conversation(now)
    events = Event.objects.count()
    assert "team" in refuses(api.post(f"{LIST}{thread.pk}/handoff/", {"team": team}, format="json"))
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("what", "field", "longest"),
    [("close", "resolution", 200), ("release", "context", 2000), ("handoff", "reason", 500)],
)
def test_words_that_are_too_long(api, ana, now, what, field, longest):
    thread = make.conversation(now) if what == "handoff" else make.held_by(ana, now)
    address = f"{LIST}{thread.pk}/{what}/"
    assert field in refuses(api.post(address, {field: "x" * (longest + 1)}, format="json"))
    assert api.post(address, {field: "x" * longest}, format="json").status_code == 200


def test_script_in_names_comes_back_as_data(api, now):
    thread = make.conversation(now, name="<img src=x onerror=alert(1)>")
    response = api.get(f"{LIST}{thread.pk}/")
    assert response["Content-Type"] == "application/json"
    assert response.json()["customer"]["name"] == "<img src=x onerror=alert(1)>"
