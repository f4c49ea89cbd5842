"""Numbers and credentials at rest: unreadable without the key, findable with it, and keys can be rotated."""

import pytest

from config import secrecy
from config.logs import RedactPhoneNumbers


def test_round_trip_shows_nothing():
    token = secrecy.encrypt("15550100001")
    assert "15550100001" not in token
    assert secrecy.decrypt(token) == "15550100001"


def test_key_added_in_front_still_reads_the_old(settings):
    token, digest = secrecy.encrypt("secret"), secrecy.digest("15550100001")
    settings.DATA_KEYS = ["a new key that is long enough for the check", *settings.DATA_KEYS]
    assert secrecy.decrypt(token) == "secret"
    assert secrecy.digest("15550100001") == digest, "rotation must not lose the customers"


def test_wrong_key_says_the_mend(settings):
    token = secrecy.encrypt("secret")
    settings.DATA_KEYS = ["another key that is long enough for the check"]
    with pytest.raises(secrecy.Undecryptable, match="DATA_KEY"):
        secrecy.decrypt(token)


def test_digest_depends_on_the_key(settings):
    before = secrecy.digest("15550100001")
    settings.DATA_KEYS = ["another key that is long enough for the check"]
    assert secrecy.digest("15550100001") != before


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("message from 15550100001", "message from …01"),
        ("to +447700900123 failed", "to …23 failed"),
        ("conversation 7f0a1b2c-1111-2222-3333-444455556666", "conversation 7f0a1b2c-1111-2222-3333-444455556666"),
        ("took 1234 ms", "took 1234 ms"),
    ],
)
def test_logs_mask_what_looks_like_a_phone_number(caplog, line, written):
    import logging

    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (line,), None)
    RedactPhoneNumbers().filter(record)
    assert record.getMessage() == written
