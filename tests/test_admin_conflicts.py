"""Customers that may be one: shown without a number in clear, decided by who may, once, on the record."""

import re

import pytest
from django.contrib.auth.models import User

from audit.models import Event
from conversations.identity import conflict_note
from conversations.models import Customer, IdentityConflict
from tests import api_factories as make
from tests.admin_factories import page, said, signed_in, staff

pytestmark = pytest.mark.django_db
RIGHTS = ("view_identityconflict", "change_identityconflict")


@pytest.fixture
def browser():
    return signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))


@pytest.fixture
def conflict(now):
    return doubt(now, 4711, 4712)


def doubt(now, first: int, second: int) -> IdentityConflict:
    """Two customers with a thread each, of whom one update spoke as of one."""
    kept = make.conversation(now, number=first, name=f"Ana {first}").customer
    other = make.conversation(now, number=second, name=f"Anna {second}").customer
    conflict_note(make.channel(now), kept, other, now=now)
    return IdentityConflict.objects.get(kept=kept, other=other)


def decide(browser, conflict, decision: str):
    return browser.post(page(IdentityConflict, "decide", conflict.pk), {"decision": decision}, follow=True)


def test_both_stand_side_by_side_without_a_number_in_clear(browser, conflict):
    response = browser.get(page(IdentityConflict, "change", conflict.pk))
    html = response.content.decode()
    for words in ("Ana 4711", "Anna 4712", "…4711", "…4712", "One person: merge", "Two people: keep apart"):
        assert words in html
    assert html.count("<dd>Nov. 21, 2026, 9 a.m.</dd>") == 4  # known since and last seen, of each
    for number in (4711, 4712):
        assert make.PHONE.format(number) not in html
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not re.search(r"<[^>]+\s(style|on\w+)=|<style", html)


def test_open_ones_come_first(browser, conflict, now):
    newer = doubt(now.replace(hour=10), 4713, 4714)
    decide(browser, newer, "apart")
    html = browser.get(page(IdentityConflict, "changelist")).content.decode()
    assert html.index("Ana 4711") < html.index("Ana 4713")
    assert "open: waits for a decision" in html


def test_merging_makes_one_customer_on_the_record(conflict):
    ana = staff(*RIGHTS, username="ana")
    assert "they are one customer now" in said(decide(signed_in(ana), conflict, "merge"))
    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.resolved_by, conflict.resolved_at is None) == ("merged", ana, False)
    assert conflict.other.merged_into == conflict.kept
    events = Event.objects.filter(event_type="customer.merged", actor_id=str(ana.pk))
    assert {event.stream for event in events} == {f"customer:{conflict.kept_id}", f"customer:{conflict.other_id}"}


def test_keeping_apart_changes_neither_and_is_on_the_record(conflict):
    ana = staff(*RIGHTS, username="ana")
    assert "two customers" in said(decide(signed_in(ana), conflict, "apart"))
    conflict.refresh_from_db()
    assert conflict.resolution == "different"
    assert not Customer.objects.exclude(merged_into=None).exists()
    assert Event.objects.get(event_type="identity.kept_apart").actor_id == str(ana.pk)


def test_what_cannot_be_merged_is_told_in_words_and_stays_open(browser, conflict):
    Customer.objects.filter(pk=conflict.kept_id).update(external_ref="S-1")
    Customer.objects.filter(pk=conflict.other_id).update(external_ref="S-2")
    response = decide(browser, conflict, "merge")
    assert "Both have a number in the shop, and not the same: correct that first." in said(response)
    conflict.refresh_from_db()
    assert conflict.resolved_at is None
    assert "One person: merge" in response.content.decode()


def test_decided_once_is_decided(browser, conflict):
    response = decide(browser, conflict, "apart")
    assert "One person: merge" not in response.content.decode()
    assert "decided already: two people: kept apart" in said(decide(browser, conflict, "merge"))
    assert not Customer.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("decision", ["", "yes", "delete"])
def test_an_unclear_decision_decides_nothing(browser, conflict, decision):
    assert "one person or two" in said(decide(browser, conflict, decision))
    conflict.refresh_from_db()
    assert conflict.resolved_at is None


def test_only_who_may_change_conflicts_decides(client, conflict):
    path = page(IdentityConflict, "decide", conflict.pk)
    assert "/login/" in client.post(path, {"decision": "merge"})["Location"]
    looker = signed_in(staff("view_identityconflict", username="looker"))
    assert "One person: merge" not in looker.get(page(IdentityConflict, "change", conflict.pk)).content.decode()
    for person in (looker, signed_in(staff(username="other"))):
        assert person.post(path, {"decision": "merge"}).status_code == 403
    assert signed_in(staff(*RIGHTS, username="ana")).get(path).status_code == 405
    conflict.refresh_from_db()
    assert conflict.resolved_at is None
    assert signed_in(staff(username="third")).get(page(IdentityConflict, "changelist")).status_code == 403


def test_a_conflict_of_nobody_is_not_found(browser):
    assert browser.post(page(IdentityConflict, "decide", 4711), {"decision": "merge"}).status_code == 404
