"""No address that a provider names, or a name that lies about its address, leads into the operator's own network."""

import socket

import pytest

from tests import factories
from whatsapp.media.addresses import Forbidden, Unresolved, host_of, own_hosts, places
from whatsapp.models import TwilioAccount

NONE = frozenset()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a", "https://10.0.0.8/a", "https://192.168.1.1/a", "https://172.16.0.1/a",
        "https://169.254.169.254/latest/meta-data/", "https://0.0.0.0/", "https://100.64.0.1/", "https://[::1]/",
        "https://[fd00::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/", "https://[2002:a00:1::]/",
        "https://224.0.0.1/", "https://localhost/", "https://2130706433/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(url):
    with pytest.raises(Forbidden, match="private network"):
        places(url, own=NONE)


@pytest.mark.parametrize(
    "url", ["ftp://8.8.8.8/", "file:///etc/passwd", "https://u:p@8.8.8.8/", "https://", "x", "https://a:b/"]
)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(Forbidden):
        host_of(url)


def test_without_tls_only_the_operators_own_host():
    with pytest.raises(Forbidden, match="without TLS"):
        places("http://8.8.8.8/a", own=NONE)
    (place,) = places("http://127.0.0.1:8001/a?b=c", own=frozenset({"127.0.0.1"}))
    assert (place.url, place.netloc) == ("http://127.0.0.1:8001/a?b=c", "127.0.0.1:8001")


def answers(*addresses):
    family = {True: socket.AF_INET6, False: socket.AF_INET}
    return lambda host, port, **_: [(family[":" in a], socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]


def test_the_checked_address_is_the_one_connected_to(monkeypatch):
    """A name that answers otherwise the second time is not asked a second time."""
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "2001:4860:4860::8888"))
    found = places("https://files.example.com:444/a/b?c=d", own=NONE)
    assert [place.url for place in found] == [
        "https://8.8.8.8:444/a/b?c=d", "https://[2001:4860:4860::8888]:444/a/b?c=d",
    ]  # fmt: skip
    assert {(place.host, place.netloc) for place in found} == {("files.example.com", "files.example.com:444")}


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "10.0.0.1"))
    with pytest.raises(Forbidden):
        places("https://files.example.com/", own=NONE)


def test_a_name_without_an_address_is_for_later():
    with pytest.raises(Unresolved):
        places("https://nobody.invalid/", own=NONE)


@pytest.mark.django_db
def test_the_operators_own_hosts_are_those_of_the_channels_accounts(now):
    channel = factories.channel(now=now, api_url="http://127.0.0.1:8001")
    assert own_hosts(channel) == {"127.0.0.1"}
    TwilioAccount.objects.create(channel=channel, account_sid="AC1", sender="whatsapp:+15550100009", auth_tokens="t")
    channel.refresh_from_db()
    assert own_hosts(channel) == {"127.0.0.1", "api.twilio.com"}
