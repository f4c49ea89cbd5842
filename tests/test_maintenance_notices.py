"""Prevents: customers who write into silence while Postgres is away, and customers told the same over and over."""

import asyncio
import contextlib
import json

import pytest
import redis
from django.conf import settings as current

from config import clock, embedded, secrecy
from tests.webhooks import Provider
from whatsapp import maintenance
from whatsapp.channel_directory import ChannelDirectory, Entry, Line
from whatsapp.edge import breaker, told
from whatsapp.maintenance import Notices

TEXT = "We are repairing our desk. Your message will be answered."
NUMBER = "555010000000001"


class Outage:
    """One web process's notices while Postgres is away. `looked` waits until everything offered was looked at."""

    def __init__(self, *entries):
        self.away = True
        self.directory = ChannelDirectory()
        self.directory._entries = {(entry.provider, entry.key): entry for entry in entries}
        self.notices = Notices(is_away=lambda: self.away, directory=self.directory)

    async def looked(self, entry, *bodies):
        for body in bodies:
            self.notices.offer(entry, body)
        await self.notices._queue.join()


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch):
    settings.MAINTENANCE_TEXT, settings.MAINTENANCE_EVERY = TEXT, 3600.0
    settings.PROVIDER_TIMEOUT = 0.5
    monkeypatch.setattr(maintenance, "GRACE", 0.0)
    with valkey() as client:
        client.flushdb()
        yield
        client.flushdb()


@contextlib.contextmanager
def valkey():
    with redis.Redis.from_url(current.REDIS_URL) as client:
        yield client


def entry(provider, key="shop", *, number=NUMBER, app="ours", name="cloud", is_active=True):
    account = secrecy.encrypt("token-of-the-test") if name == "cloud" else "AC1"
    return Entry(name, key, 1, is_active, "", (app,), Line(number, account, provider.url, "v26.0"))


def said(*senders, number=NUMBER, age=0.0, **changes):
    """A webhook's body: one text from each sender (a phone number, or a BSUID)."""
    at = str(int(clock.now().timestamp() - age))
    messages = [
        {"id": f"wamid.in.{sender}", "timestamp": at, "type": "text", "text": {"body": "Hello"}}
        | ({"from": sender} if sender.isdigit() else {"from_user_id": sender})
        | changes
        for sender in senders
    ]
    value = {"metadata": {"phone_number_id": number}, "messages": messages}
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()


def notices():
    with valkey() as client:
        return [told.read(text) for text in client.hvals(told.notices_key())]


def run(play, *outages):
    """Run the play in one event loop, and close what it used."""

    async def whole():
        try:
            await asyncio.wait_for(play(), 30)
        finally:
            for outage in outages:
                await outage.notices.close()

    asyncio.run(whole())


def offered(outage, channel, *bodies):
    async def play():
        await outage.looked(channel, *bodies)

    run(play, outage)


async def make(*entries):
    return Outage(*entries)


def in_outage(*entries):
    return asyncio.run(make(*entries))


def test_a_waiting_customer_is_told_in_the_operators_words_by_the_channels_own_number(provider):
    shop = entry(provider)
    offered(in_outage(shop), shop, said("15550100001"))
    (sent,) = provider.sent
    assert sent["path"] == f"/v26.0/{NUMBER}/messages"
    assert sent["auth"] == "Bearer token-of-the-test"
    body = json.loads(sent["body"])
    assert (body["to"], body["text"]["body"]) == ("+15550100001", TEXT)
    (notice,) = notices()
    assert (notice.channel, notice.outcome, notice.provider_id) == ("shop", "sent", "wamid.1")
    assert body["biz_opaque_callback_data"] == f"maintenance:{notice.id}"


def test_a_customer_without_a_phone_number_is_told_by_their_user_id(provider):
    shop = entry(provider)
    offered(in_outage(shop), shop, said("US.13491208655302741918"))
    assert provider.addresses() == ["US.13491208655302741918"]


def test_a_storm_of_redeliveries_tells_each_customer_once(provider):
    """If this fails, an outage of a night fills every waiting customer's phone."""
    shop = entry(provider)
    body = said(*(f"1555010{number:04}" for number in range(20)))
    offered(in_outage(shop), shop, *[body] * 50)
    assert sorted(provider.addresses()) == [f"+1555010{number:04}" for number in range(20)]


def test_two_processes_tell_each_customer_once(provider):
    """If this fails, every web process tells them for itself."""
    shop = entry(provider)
    first, second = in_outage(shop), in_outage(shop)
    bodies = [said(f"1555010{number:04}") for number in range(20)]

    async def play():
        await asyncio.gather(first.looked(shop, *bodies), second.looked(shop, *bodies))

    run(play, first, second)
    assert sorted(provider.addresses()) == [f"+1555010{number:04}" for number in range(20)]


def test_after_the_hour_a_customer_who_still_waits_is_told_again(provider, settings):
    settings.MAINTENANCE_EVERY = 0.05
    shop = entry(provider)
    outage = in_outage(shop)

    async def play():
        await outage.looked(shop, said("15550100001"))
        await asyncio.sleep(0.1)
        await outage.looked(shop, said("15550100001"))

    run(play, outage)
    assert len(provider.sent) == 2


def test_without_a_text_nobody_is_told(provider, settings):
    settings.MAINTENANCE_TEXT = ""
    shop = entry(provider)
    outage = in_outage(shop)
    offered(outage, shop, said("15550100001"))
    assert provider.sent == notices() == []
    assert outage.notices._tasks == []


def test_a_postgres_that_is_back_within_the_grace_is_not_worth_a_word(provider, monkeypatch):
    monkeypatch.setattr(maintenance, "GRACE", 0.2)
    shop = entry(provider)
    outage = in_outage(shop)

    async def play():
        looked = asyncio.create_task(outage.looked(shop, said("15550100001")))
        await asyncio.sleep(0.05)
        outage.away = False
        await looked

    run(play, outage)
    assert provider.sent == []


@pytest.mark.parametrize(
    "body",
    [
        said("15550100001", type="reaction"),
        said("15550100001", type="system"),
        said("15550100001", type="edit"),
        said("15550100001", type="revoke"),
        said("15550100001", type="unsupported"),
        said("15550100001", group_id="g"),
        said("15550100001", age=24 * 3600),
        said("15550100001", timestamp="soon"),
        said("15550100001", **{"from": "", "from_user_id": None}),
        said("15550100001", number="555010000000777"),
        said("15550100001").replace(b'"messages":', b'"statuses":'),
        said("15550100001").replace(b'"field": "messages"', b'"field": "smb_message_echoes"'),
        b"not json", b"[]", b'{"entry": 5}', b'{"entry": [{"changes": [5, {"field": "messages", "value": []}]}]}',
        b"[" * 100_000, b"\xff", b"",
    ],
)  # fmt: skip
def test_nobody_is_told_for_what_is_no_message_of_theirs(provider, body):
    """If this fails, a reaction, a delivery report or an old message makes the desk write to people."""
    shop = entry(provider)
    outage = in_outage(shop)
    offered(outage, shop, body, said("15550100002"))
    assert provider.addresses() == ["+15550100002"], "and what came with it is looked at all the same"


@pytest.mark.parametrize("kind", ["image", "audio", "sticker", "location", "button", "interactive", "order"])
def test_what_a_customer_says_without_words_counts_too(provider, kind):
    shop = entry(provider)
    offered(in_outage(shop), shop, said("15550100001", type=kind))
    assert provider.addresses() == ["+15550100001"]


def test_a_message_to_another_number_of_the_same_app_is_answered_from_that_number(provider):
    shop, sister = entry(provider), entry(provider, "sister", number="555010000000002")
    stranger = entry(provider, "stranger", number="555010000000003", app="another app's")
    off = entry(provider, "off", number="555010000000004", is_active=False)
    outage = in_outage(shop, sister, stranger, off)
    bodies = [said("15550100001", number=one.line.number) for one in (sister, stranger, off)]
    offered(outage, shop, *bodies)
    assert [sent["path"] for sent in provider.sent] == ["/v26.0/555010000000002/messages"]


def test_without_valkey_nobody_is_told_and_it_is_left_alone_for_a_minute(provider, settings, tmp_path, caplog):
    """Who was told already cannot be known then."""
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    shop = entry(provider)
    outage = in_outage(shop)
    asked = []

    async def play():
        real = outage.notices._guard.claim

        async def counted(notice):
            asked.append(notice)
            return await real(notice)

        outage.notices._guard.claim = counted
        await outage.looked(shop, *(said(f"1555010{number:04}") for number in range(30)))

    run(play, outage)
    assert provider.sent == []
    assert breaker.FAILURES <= len(asked) < breaker.FAILURES + maintenance.AT_ONCE
    assert caplog.text.count("left alone for 60 s") == 1


def test_a_valkey_that_forgot_does_not_make_us_repeat_ourselves(provider):
    """It keeps nothing on disk: a restart of it in the middle of an outage loses the guards."""
    shop = entry(provider)
    outage = in_outage(shop)

    async def play():
        await outage.looked(shop, said("15550100001"))
        with valkey() as client:
            client.flushdb()
        await outage.looked(shop, said("15550100001"))

    run(play, outage)
    assert len(provider.sent) == 1


def test_a_valkey_that_comes_back_is_used_again_by_itself(provider, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(breaker, "PAUSE", 0.1)
    server = embedded.Valkey(tmp_path)
    settings.REDIS_URL = embedded.redis_url(tmp_path)
    shop = entry(provider)
    outage = in_outage(shop)

    async def play():
        await outage.looked(shop, *(said(f"1555010{number:04}") for number in range(10)))
        assert provider.sent == []
        await asyncio.to_thread(server.start)
        await asyncio.sleep(0.1)
        await outage.looked(shop, said("15550100001"))

    try:
        run(play, outage)
    finally:
        server.stop()
    assert provider.addresses() == ["+15550100001"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, "not_sent"), (429, "not_sent"), (503, "unknown"), (400, "refused")],
)
def test_a_provider_that_refuses_is_left_alone_for_a_minute(provider, caplog, status, outcome):
    provider.status = status
    shop = entry(provider)
    offered(in_outage(shop), shop, *(said(f"1555010{number:04}") for number in range(30)))
    assert breaker.FAILURES <= len(provider.sent) < breaker.FAILURES + maintenance.AT_ONCE
    assert {notice.outcome for notice in notices()} == {outcome}
    assert caplog.text.count("left alone for 60 s") == 1


def test_one_channels_refusals_do_not_silence_another(provider):
    shop, sister = entry(provider), entry(provider, "sister", number="555010000000002")
    outage = in_outage(shop, sister)

    async def play():
        provider.status = 401
        await outage.looked(shop, *(said(f"1555010{number:04}") for number in range(10)))
        provider.status = 200
        provider.sent.clear()
        await outage.looked(shop, said("15550100011"), said("15550100011", number="555010000000002"))

    run(play, outage)
    assert [sent["path"] for sent in provider.sent] == ["/v26.0/555010000000002/messages"]


def test_who_surely_was_not_told_may_be_told_later_and_who_perhaps_was_may_not(provider, monkeypatch):
    monkeypatch.setattr(breaker, "FAILURES", 99)
    shop = entry(provider)
    outage = in_outage(shop)

    async def play():
        provider.status = 429
        await outage.looked(shop, said("15550100001"))
        provider.status, provider.silent = 200, True
        await outage.looked(shop, said("15550100002"))
        provider.silent = False
        await outage.looked(shop, said("15550100001", "15550100002"))

    run(play, outage)
    assert provider.addresses() == ["+15550100001", "+15550100002", "+15550100001"]
    assert sorted(notice.outcome for notice in notices()) == ["not_sent", "sent", "unknown"]


def test_a_full_queue_passes_over_and_never_blocks(provider, monkeypatch):
    monkeypatch.setattr(maintenance, "MAX_WAITING_BODIES", 5)
    shop = entry(provider)
    offered(in_outage(shop), shop, *(said(f"1555010{number:04}") for number in range(50)))
    assert len(provider.sent) == 5


def test_bytes_fill_the_queue_too(provider, monkeypatch):
    monkeypatch.setattr(maintenance, "MAX_WAITING_BYTES", 1000)
    shop = entry(provider)
    offered(in_outage(shop), shop, said("15550100001"), said("15550100002") + b" " * 1000)
    assert provider.addresses() == ["+15550100001"]


def test_neither_valkey_nor_the_log_holds_a_number(provider, caplog):
    caplog.set_level("DEBUG")
    shop = entry(provider)
    offered(in_outage(shop), shop, said("15550100001"), said("15550100001"))
    with valkey() as client:
        everything = [key + client.dump(key) for key in client.scan_iter()]
        assert len(everything) == 2
    assert b"15550100001" not in b"".join(everything)
    assert "15550100001" not in caplog.text


def test_twilios_customers_are_told_too_and_its_reports_are_no_messages(provider):
    sender = "whatsapp:+15550100009"
    shop = entry(provider, name="twilio", number=sender)
    body = b"From=whatsapp%3A%2B15550100001&To=whatsapp%3A%2B15550100009&Body=Hello&SmsStatus=received"
    offered(in_outage(shop), shop, body, body, body + b"&MessageStatus=read", b"\xff", b"From=sms")
    (sent,) = provider.sent
    assert sent["path"] == "/2010-04-01/Accounts/AC1/Messages.json"
    assert sent["body"].startswith("To=whatsapp%3A%2B15550100001&From=whatsapp%3A%2B15550100009&Body=We+are")
    assert notices()[0].provider_id == "SM1"


def test_a_wasender_body_is_passed_over(provider):
    shop = entry(provider, name="wasender")
    offered(in_outage(shop), shop, said("15550100001"))
    assert provider.sent == []


def test_credentials_under_another_key_are_a_refusal_and_no_crash(provider, settings):
    shop = entry(provider)
    settings.DATA_KEYS = ["another key, which is long enough for the desk"]
    offered(in_outage(shop), shop, said("15550100001"))
    assert provider.sent == []
    assert "DATA_KEY" in notices()[0].why
