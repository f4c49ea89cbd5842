"""What the desk asks of the Cloud API besides sending: read marks, files, templates, health, webhook fields."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest

from tests import standin
from tests.cloud import adapter, odd_server
from tests.standin import NUMBER, SECRET, TOKEN, free_port, write
from whatsapp.adapter import Adapter, MediaGone, ProviderUnavailable
from whatsapp.cloud.account_state import NEEDED_FIELDS
from whatsapp.standin.client import StandinClient

APP = {"whatsapp_business_api_data": {"id": "4711", "name": "Baton"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def client(server) -> Iterator[StandinClient]:
    with standin.listening(server):
        yield server


@pytest.fixture
def cloud(client) -> Adapter:
    return adapter(client.url)


def put_media(client: StandinClient, kind: str = "image") -> dict:
    """A file that a customer sends."""
    return httpx.put(f"{client.url}/standin/media", json={"kind": kind}, trust_env=False).json()


def test_a_read_mark_shows_typing_where_an_answer_follows(client, cloud):
    line = write(client, "ann", "hi")
    assert cloud.mark_read(line["id"], typing=True) is True
    assert client.screen("ann")["typing"] == [NUMBER]


def test_a_read_mark_that_fails_is_no_more_than_that(client, cloud):
    assert cloud.mark_read("wamid.of-nobody", typing=False) is False
    assert adapter(f"http://127.0.0.1:{free_port()}").mark_read("wamid.1", typing=True) is False


def test_a_file_is_found_and_can_be_fetched_with_what_is_said(client, cloud):
    kept = put_media(client)
    found = cloud.locate(kept["id"])
    assert (found.mime_type, found.size) == (kept["mime_type"], kept["file_size"])
    assert len(found.sha256) == 64
    assert cloud.may_fetch(found.url)
    answer = httpx.get(found.url, headers=found.headers, trust_env=False)
    assert (answer.status_code, len(answer.content)) == (200, found.size)


@pytest.mark.parametrize("media_id", ["999", "../me", "", "1/2", "1?x=1", "..", "9" * 300])
def test_a_file_that_is_not_there_is_gone_and_its_id_leads_nowhere_else(client, cloud, media_id):
    with pytest.raises(MediaGone):
        cloud.locate(media_id)
    assert all(request["path"] == "/v26.0/999" for request in client.requests())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "http", "http": 503},
        {"kind": "error", "code": 131016, "http": 503},
        {"kind": "error", "code": 130429, "http": 429},
        {"kind": "error", "code": 190, "http": 401},
        {"kind": "error", "code": 777777, "http": 400},
        {"kind": "garbage"},
        {"kind": "drop"},
    ],
)
def test_a_file_is_not_given_up_for_a_passing_trouble(client, cloud, fault):
    kept = put_media(client)
    client.faults(fault | {"where": "media_node"})
    with pytest.raises(ProviderUnavailable):
        cloud.locate(kept["id"])
    assert cloud.locate(kept["id"]).size == kept["file_size"]


def test_the_token_is_not_offered_to_a_foreign_host(client, cloud):
    kept = put_media(client)
    client.faults({"kind": "redirect", "where": "media_node", "location": "http://169.254.169.254/latest"})
    found = cloud.locate(kept["id"])
    assert found.headers == {}
    assert not cloud.may_fetch(found.url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://LOOKASIDE.fbsbx.com/x", True),
        ("https://lookaside.fbsbx.com:443/x", True),
        ("https://scontent.xx.fbcdn.net/x", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("https://user@lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com@evil.example/x", False),
        ("https://lookaside.fbsbx.com.evil.example/x", False),
        ("https://other.fbsbx.com/x", False),
        ("https://fbcdn.net/x", False),
        ("https://evilfbcdn.net/x", False),
        ("https://evil.example/\\@lookaside.fbsbx.com", False),
        ("https://evil.example#.fbcdn.net", False),
        ("https://evil.example/\nx.fbcdn.net", False),
        ("https://graph.facebook.com/x", False),
        ("http://127.0.0.1:9/x", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("ftp://a.fbcdn.net/x", False),
        ("//a.fbcdn.net/x", False),
        ("https://", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_metas_own_hosts_may_be_fetched(url, allowed):
    assert adapter("https://graph.facebook.com").may_fetch(url) is allowed
    assert adapter("https://graph.facebook.com/").may_fetch(url) is allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8901/standin-media/x", True),
        ("http://127.0.0.1:8902/x", True),
        ("https://127.0.0.1:8901/x", True),
        ("http://127.0.0.1/x", True),
        ("http://user@127.0.0.1:8901/x", False),
        ("http://localhost:8901/x", False),
        ("https://lookaside.fbsbx.com/x", True),
    ],
)
def test_an_api_elsewhere_may_serve_files_from_its_own_host_only(url, allowed):
    assert adapter("http://127.0.0.1:8901").may_fetch(url) is allowed


def test_templates_come_whole_over_several_pages(client, cloud, monkeypatch):
    whole = [each["id"] for each in cloud.templates()]
    monkeypatch.setattr("whatsapp.cloud.adapter.TEMPLATES_A_PAGE", 3)
    paged = list(cloud.templates())
    assert [each["id"] for each in paged] == whole
    assert len(set(whole)) == len(whole) > 3
    assert {"name", "language", "status", "category", "components", "parameter_format"} <= set(paged[0])


@pytest.mark.parametrize(
    "fault", [{"kind": "http", "http": 503}, {"kind": "error", "code": 80007}, {"kind": "garbage"}]
)
def test_templates_that_cannot_be_read_are_not_taken_for_none(client, cloud, fault):
    client.faults(fault | {"where": "templates"})
    with pytest.raises(ProviderUnavailable):
        list(cloud.templates())


def test_the_address_of_the_next_page_is_not_followed():
    with odd_server() as odd, odd_server() as elsewhere:
        odd.says({"data": [{"id": "1"}], "paging": {"cursors": {"after": "a"}, "next": f"{elsewhere.url}/next"}})
        odd.says({"data": [{"id": "2"}], "paging": {"cursors": {"after": "b"}}})
        assert [each["id"] for each in adapter(odd.url).templates()] == ["1", "2"]
        assert odd.queries[1]["after"] == ["a"]
        assert elsewhere.paths == []


def test_a_list_of_templates_without_an_end_ends(monkeypatch):
    monkeypatch.setattr("whatsapp.cloud.adapter.MOST_PAGES", 3)
    with odd_server() as odd:
        for after in ("a", "b", "c", "d"):
            odd.says({"data": [], "paging": {"cursors": {"after": after}, "next": "x"}})
        with pytest.raises(ProviderUnavailable, match="longer than"):
            list(adapter(odd.url).templates())
        assert len(odd.paths) == 3


@pytest.mark.parametrize(
    ("paging", "words"), [({"cursors": {"after": "a"}, "next": "x"}, "circle"), ({"next": "x"}, "next page begins")]
)
def test_a_list_that_goes_in_a_circle_or_breaks_off_is_no_list(paging, words):
    with odd_server() as odd:
        odd.says({"data": [{"id": "1"}], "paging": {"cursors": {"after": "a"}, "next": "x"}})
        odd.says({"data": [], "paging": paging})
        with pytest.raises(ProviderUnavailable, match=words):
            list(adapter(odd.url).templates())


def test_without_the_business_account_the_admin_is_told_what_to_add():
    alone = adapter("http://127.0.0.1:9", business_account_id="")
    for ask in (lambda: list(alone.templates()), alone.missing_fields):
        with pytest.raises(ProviderUnavailable, match="add its id"):
            ask()


def test_a_number_that_works_is_healthy_and_tells_its_quality(cloud):
    probe = cloud.probe()
    assert probe.healthy, probe.words
    assert (probe.facts["quality_rating"], probe.facts["throughput"]) == ("GREEN", "STANDARD")


def test_a_banned_number_is_not_healthy(client, cloud):
    httpx.put(f"{client.url}/standin/conditions/{NUMBER}", json={"status": "BANNED"}, trust_env=False)
    probe = cloud.probe()
    assert (probe.healthy, probe.words) == (False, "WhatsApp has banned this number.")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "error", "code": 190, "http": 401}, "access token"),
        ({"kind": "error", "code": 131042}, "payment"),
        ({"kind": "http", "http": 503}, "failed"),
        ({"kind": "drop"}, "gave no answer"),
        ({"kind": "garbage"}, "could not be read"),
    ],
)
def test_a_sick_account_is_told_in_words(client, cloud, fault, words):
    client.faults(fault | {"where": "probe", "until_cleared": True})
    probe = cloud.probe()
    assert not probe.healthy
    assert words in probe.words


HEALTHY = {"can_send_message": "AVAILABLE", "entities": [{"entity_type": "WABA", "can_send_message": "AVAILABLE"}]}
BANNED = {"error_code": 141000, "error_description": "The business is banned."}
UNPAID = {"error_code": 141006, "error_description": "There is an error with the payment method."}


@pytest.mark.parametrize(
    ("errors", "healthy", "words"),
    [
        ([BANNED], False, "The business is banned."),
        ([UNPAID], True, "There is an error with the payment method."),
        ([], False, "WhatsApp has blocked the phone number."),
    ],
)
def test_what_blocks_a_number_is_told_and_unpaid_bills_do_not_silence_free_answers(errors, healthy, words):
    entity = {"entity_type": "PHONE_NUMBER", "can_send_message": "BLOCKED", "errors": errors}
    with odd_server() as odd:
        odd.says({"id": NUMBER, "health_status": {"can_send_message": "BLOCKED", "entities": [entity]}})
        probe = adapter(odd.url).probe()
    assert (probe.healthy, probe.words, probe.facts["can_send_message"]) == (healthy, words, "BLOCKED")


def test_the_health_of_a_number_is_asked_for_and_its_absence_is_no_illness():
    with odd_server() as odd:
        odd.says({"error": {"code": 100, "message": "(#100) Tried accessing nonexisting field (health_status)"}}, 400)
        odd.says({"id": NUMBER, "health_status": HEALTHY})
        assert adapter(odd.url).probe().healthy
        asked = ["health_status" in query["fields"][0] for query in odd.queries]
    assert asked == [True, False]


def subscriptions(*fields: str, **more: object) -> dict:
    named = [{"name": field, "version": "v26.0"} for field in fields]
    return {"data": [{"object": "whatsapp_business_account", "active": True, "fields": named} | more]}


def test_fields_that_are_not_subscribed_are_named():
    with odd_server() as odd:
        odd.says({"data": [APP]})
        odd.says(subscriptions(*(field for field in NEEDED_FIELDS if field != "security"), "calls"))
        assert adapter(odd.url).missing_fields() == ["security"]
        assert odd.paths[1] == "/v26.0/4711/subscriptions"
        assert odd.tokens == [TOKEN, f"4711|{SECRET}"]


def test_the_secret_stands_in_no_address_and_the_newest_is_used():
    with odd_server() as odd:
        odd.says({"data": [APP]})
        odd.says(subscriptions(*NEEDED_FIELDS))
        assert adapter(odd.url, app_secrets="the-new-one\nthe-old-one").missing_fields() == []
        assert odd.tokens[1] == "4711|the-new-one"
        assert not any(odd.queries)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": []},
        subscriptions(*NEEDED_FIELDS, active=False),
        subscriptions(*NEEDED_FIELDS, object="page"),
    ],
)
def test_subscriptions_that_are_off_or_of_something_else_do_not_count(answer):
    with odd_server() as odd:
        odd.says({"data": [APP]})
        odd.says(answer)
        assert adapter(odd.url).missing_fields() == list(NEEDED_FIELDS)


def test_an_account_that_sends_us_nothing_is_reported_as_such(client, cloud):
    httpx.delete(
        f"{client.url}/v26.0/555010900000001/subscribed_apps",
        headers={"Authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    )
    assert cloud.missing_fields() == ["subscribed_apps"]


def test_another_business_app_on_the_account_is_passed_over():
    foreign = {"whatsapp_business_api_data": {"id": "1", "name": "Other"}}
    with odd_server() as odd:
        odd.says({"data": [foreign, APP]})
        odd.says({"error": {"code": 190, "message": "Invalid OAuth access token signature."}}, 400)
        odd.says(subscriptions(*NEEDED_FIELDS))
        assert adapter(odd.url).missing_fields() == []


def test_only_other_apps_means_ours_is_not_subscribed():
    with odd_server() as odd:
        odd.says({"data": [APP]})
        odd.says({"error": {"code": 190, "message": "Invalid OAuth access token signature."}}, 400)
        assert adapter(odd.url).missing_fields() == ["subscribed_apps"]


@pytest.mark.parametrize(
    "answers",
    [
        [(503, b"")],
        [(200, b"x")],
        [(200, {"data": [APP]}), (503, b"")],
        [(200, {"data": [APP]}), (404, {"detail": "Not Graph."})],
        [(200, {"data": [APP]}), (200, {"data": "x"})],
        [(200, {"data": [APP]}), (400, {"error": {"code": 4, "message": "(#4) Too many"}})],
    ],
)
def test_what_cannot_be_asked_is_not_reported_as_missing(answers):
    with odd_server() as odd:
        for status, body in answers:
            odd.says(body, status)
        with pytest.raises(ProviderUnavailable):
            adapter(odd.url).missing_fields()


ODD = [[], {}, {"data": [[], 7, {}]}, {"data": {}}, {"paging": []}, {"id": 7, "health_status": [1]}, b"\x00"]


@pytest.mark.parametrize("body", ODD)
def test_an_odd_answer_is_a_trouble_of_the_provider_and_crashes_nothing(body):
    asked = [lambda one: list(one.templates()), lambda one: one.missing_fields(), lambda one: one.locate("1")]
    with odd_server() as odd:
        for ask in asked:
            odd.says(body)
            with contextlib.suppress(ProviderUnavailable):
                assert ask(adapter(odd.url)) in ([{}], ["subscribed_apps"])
        odd.says(body)
        assert not adapter(odd.url).probe().healthy


def test_fields_not_subscribed_are_found_at_the_stand_in_too(client):
    """If this fails, the desk is deaf to templates or preferences and nobody is told."""
    write_fields = {"trust_env": False, "timeout": 5}
    httpx.put(f"{client.url}/standin/unheard", json=["security", "user_preferences"], **write_fields)
    assert adapter(client.url).missing_fields() == ["security", "user_preferences"]
    httpx.put(f"{client.url}/standin/unheard", json=[], **write_fields)
    assert adapter(client.url).missing_fields() == []
