"""A code in the wrong class loses a message, sends it twice, or stops a whole channel for one customer."""

from datetime import timedelta

import pytest

from whatsapp.cloud.errors import FAMILIES, MEANINGS, fault_of, fault_of_status, retry_after
from whatsapp.faults import FaultKind as Kind
from whatsapp.standin.rules.errors import TITLES

CLASSES = {
    Kind.THROTTLE_APP: (4, 613, 80007, 80008),
    Kind.THROTTLE_NUMBER: (130429,),
    Kind.THROTTLE_PAIR: (131056,),
    Kind.SPAM: (131048, 131064),
    Kind.TRANSIENT: (1, 2, 131016, 131057, 133004),
    Kind.AMBIGUOUS: (131000,),
    Kind.WINDOW_CLOSED: (131047,),
    Kind.OPTED_OUT: (131050,),
    Kind.CAPPED: (131049, 130472),
    Kind.UNDELIVERABLE: (131026, 130403, 131021, 131030),
    Kind.BSUID_UNSUPPORTED: (131062,),
    Kind.IDENTITY_CHANGED: (137000,),
    Kind.TEMPLATE: (
        132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 131063, 132999,
    ),
    Kind.MEDIA: (131052, 131053),
    Kind.BUG: (100, 131008, 131009, 131051, 33, 131020, 131207, 138000, 138018, 147001),
    Kind.ACCOUNT: (
        0, 3, 10, 190, 200, 250, 299, 131005, 368, 131031, 131042, 131045, 133010, 133016, 131037, 133005,
    ),
}  # fmt: skip
BY_CODE = [(code, kind) for kind, codes in CLASSES.items() for code in codes]


def test_every_class_has_a_code():
    assert set(CLASSES) == set(Kind)


@pytest.mark.parametrize(("code", "kind"), BY_CODE)
def test_a_code_is_of_its_class_whatever_the_http_status(code, kind):
    for http_status in (400, 403, 429, 500, 503):
        assert fault_of({"code": code, "message": f"(#{code}) Title"}, http_status).kind == kind


@pytest.mark.parametrize(("code", "kind"), BY_CODE)
def test_a_failed_status_with_the_same_code_is_of_the_same_class(code, kind):
    fault = fault_of({"code": code, "title": "Title", "message": "Title"})
    assert fault.kind == (Kind.TRANSIENT if kind == Kind.AMBIGUOUS else kind)


def test_a_status_that_says_failed_is_never_called_ambiguous():
    fault = fault_of({"code": 131000, "title": "Something went wrong"})
    assert fault.kind == Kind.TRANSIENT
    assert "may have been sent" not in fault.words


@pytest.mark.parametrize("code", sorted(TITLES))
def test_no_published_code_is_unknown_to_the_desk(code):
    assert code in MEANINGS or any(code in family for family, _ in FAMILIES)


@pytest.mark.parametrize("meaning", [*MEANINGS.values(), *(meaning for _, meaning in FAMILIES)])
def test_an_agent_is_told_what_happened_and_what_to_do(meaning):
    for text in (meaning.words, meaning.advice):
        assert text[0].isupper()
        assert text.endswith(".")
        assert 15 < len(text) < 300
    assert meaning.words != meaning.advice


def test_the_providers_own_words_and_trace_are_kept_for_whoever_calls_support():
    error = {
        "message": "(#131047) Re-engagement message",
        "code": 131047,
        "error_data": {"messaging_product": "whatsapp", "details": "More than 24 hours have passed."},
        "fbtrace_id": "Atrace",
    }
    fault = fault_of(error, 400)
    assert (fault.code, fault.title) == ("131047", "Re-engagement message")
    assert (fault.details, fault.reference) == ("More than 24 hours have passed.", "Atrace")
    assert fault.as_error()["code"] == 131047


def test_an_unknown_code_is_our_bug_and_quotes_what_whatsapp_said():
    fault = fault_of({"code": 777777, "message": "(#777777) New rule"}, 400)
    assert fault.kind == Kind.BUG
    assert "New rule" in fault.words


def test_an_unknown_code_with_a_server_error_may_have_been_sent():
    assert fault_of({"code": 777777, "message": "?"}, 500).kind == Kind.AMBIGUOUS


def test_an_unknown_code_that_calls_itself_transient_is_tried_again():
    assert fault_of({"code": 777777, "message": "?", "is_transient": True}, 400).kind == Kind.TRANSIENT


def test_a_number_that_the_token_cannot_see_stops_the_channel_and_keeps_its_queue():
    """Otherwise a wrong token would dead-letter every message as our bug."""
    assert (
        fault_of({"code": 100, "error_subcode": 33, "message": "Unsupported post request."}, 400).kind == Kind.ACCOUNT
    )


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"code": None},
        {"code": "abc"},
        {"code": True},
        {"code": []},
        {"code": "9" * 5000},
        {"code": 1.5, "message": 7, "error_data": "x", "fbtrace_id": {}},
        {"code": 131047, "error_subcode": "33", "error_data": {"details": ["x"]}},
        {"code": 100, "error_subcode": [33], "message": "\x00" * 9000},
    ],
)
def test_a_malformed_error_is_a_fault_and_no_crash(error):
    for http_status in (None, 400, 500):
        fault = fault_of(error, http_status)
        assert fault.words
        assert len(fault.title) <= 300
        assert "\x00" not in fault.title


def test_a_code_in_quotes_is_read():
    assert fault_of({"code": "131047"}).kind == Kind.WINDOW_CLOSED


@pytest.mark.parametrize(
    ("http_status", "kind"),
    [
        (302, Kind.ACCOUNT),
        (400, Kind.BUG),
        (401, Kind.ACCOUNT),
        (403, Kind.ACCOUNT),
        (404, Kind.ACCOUNT),
        (408, Kind.TRANSIENT),
        (413, Kind.MEDIA),
        (429, Kind.THROTTLE_APP),
        (500, Kind.AMBIGUOUS),
        (503, Kind.AMBIGUOUS),
    ],
)
def test_an_answer_that_is_not_graphs_is_judged_by_its_status(http_status, kind):
    fault = fault_of_status(http_status)
    assert fault.kind == kind
    assert fault.code == f"http_{http_status}"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "30"}, timedelta(seconds=30)),
        ({"retry-after": "0"}, None),
        ({"retry-after": "999999999"}, timedelta(days=1)),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        (
            {"retry-after": "Sat, 21 Nov 2026 09:02:00 GMT", "date": "Sat, 21 Nov 2026 09:00:00 GMT"},
            timedelta(minutes=2),
        ),
        ({"retry-after": "Sat, 21 Nov 2026 09:02:00 GMT"}, None),
        (
            {"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":19}],"2":[{"call_count":9}]}'},
            timedelta(minutes=19),
        ),
        ({"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":0}]}'}, None),
        ({"x-business-use-case-usage": "[1]"}, None),
        ({"x-business-use-case-usage": '{"1":["x"]}'}, None),
        ({"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":NaN}]}'}, None),
        ({"x-business-use-case-usage": "{"}, None),
    ],
)
def test_how_long_to_wait_is_read_and_bounded(headers, wait):
    assert retry_after(headers) == wait
