"""A customer's consent in the admin: shown with its evidence, added to by who may, followed, never typed over."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils.html import escape

from audit.models import Event
from conversations.consent import Word, consent_record
from conversations.models import Consent, Customer
from tests import api_factories as make
from tests.admin_factories import formset, page, said, signed_in, staff

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
AGREED = {
    "kind": "opt_in", "source": "form", "text_version": "terms 3", "evidence": "Order form 12, page 2",
    "at": "2026-11-20T12:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def browser():
    return signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))


@pytest.fixture
def customer(now):
    return make.conversation(now - timedelta(days=2), number=4711).customer


def add(browser, customer, **changes):
    return browser.post(page(Customer, "consent", customer.pk), AGREED | changes, follow=True)


def test_an_agreement_is_kept_with_its_evidence_and_followed(customer):
    ana = staff("view_customer", "add_consent", username="ana")
    assert "kept and followed" in said(add(signed_in(ana), customer))
    kept = Consent.objects.get()
    assert (kept.kind, kept.source, kept.text_version, kept.evidence, kept.recorded_by) == (
        "opt_in", "form", "terms 3", "Order form 12, page 2", ana,
    )  # fmt: skip
    customer.refresh_from_db()
    assert customer.opted_in_at == kept.at == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    event = Event.objects.get(event_type="customer.consent")
    assert (event.stream, event.actor_id) == (f"customer:{customer.pk}", str(ana.pk))
    assert "Order form" not in str(event.payload)


def test_an_opt_out_needs_no_evidence(browser, customer):
    add(browser, customer, kind="opt_out", source="agent", text_version="", evidence="")
    customer.refresh_from_db()
    assert customer.opted_out_at


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text_version": ""}, "say which wording was agreed to"),
        ({"evidence": ""}, "say where it can be shown"),
        ({"kind": "marketing_resume", "evidence": ""}, "say where it can be shown"),
        ({"at": "2026-11-21T09:01"}, "lies in the future"),
        ({"at": "soon"}, "Enter a valid date"),
        ({"source": "keyword"}, "not one of the available choices"),
        ({"kind": "all"}, "not one of the available choices"),
        ({"text_version": "x" * 65}, "at most 64"),
        ({"evidence": "x" * 301}, "at most 300"),
        ({"evidence": "a\x00b"}, "Null characters"),
    ],
)
def test_what_is_no_evidence_is_refused_with_words(browser, customer, wrong, told):
    response = add(browser, customer, **wrong)
    assert response.status_code == 200
    assert told in str(response.context["form"].errors)
    assert not Consent.objects.exists()


def test_who_may_add_consent(client, customer):
    path = page(Customer, "consent", customer.pk)
    assert "/login/" in client.get(path)["Location"]
    for number, rights in enumerate([(), ("view_customer", "change_customer"), ("view_consent",)]):
        person = signed_in(staff(*rights, username=f"p{number}"))
        assert person.get(path).status_code == 403
        assert person.post(path, AGREED).status_code == 403
    looker = signed_in(staff("view_customer", username="looker"))
    assert path not in looker.get(page(Customer, "change", customer.pk)).content.decode()
    adder = signed_in(staff("view_customer", "add_consent", username="adder"))
    assert path in adder.get(page(Customer, "change", customer.pk)).content.decode()
    response = adder.get(path)
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert " style=" not in response.content.decode()
    assert 'value="2026-11-21T09:00"' in response.content.decode()


def test_words_are_shown_and_cannot_be_changed(browser, customer, now):
    with_evidence = Word(Consent.Kind.OPT_IN, Consent.Source.FORM, now, "terms 3", "Order form 12")
    consent_record(customer, with_evidence, now=now)
    html = browser.get(page(Customer, "change", customer.pk)).content.decode()
    for words in ("agreed to be written to", "terms 3", "Order form 12"):
        assert words in html
    assert 'name="consents-0-kind"' not in html
    kept = Consent.objects.get()
    data = {"name": "Ana", "tier": "retail", "locale": "en", "external_ref": "", **formset("identities")}
    data |= {**formset("consents", 1, 1), "consents-0-id": kept.pk, "consents-0-customer": customer.pk}
    data |= {"consents-0-kind": "opt_out", "consents-0-evidence": "", "consents-0-DELETE": "on"}
    browser.post(page(Customer, "change", customer.pk), data)
    assert list(Consent.objects.values_list("kind", "evidence")) == [("opt_in", "Order form 12")]


def test_facts_that_follow_consent_are_not_typed_over(browser, customer):
    Customer.objects.filter(pk=customer.pk).update(username="ana.example")
    data = {"name": "Ana", "tier": "retail", "locale": "en", "external_ref": "", "username": "mallory"}
    data |= {"opted_in_at_0": "2026-11-20", "opted_in_at_1": "12:00", "marketing_stopped_at_0": "2026-11-20"}
    data |= {**formset("identities"), **formset("consents")}
    assert browser.post(page(Customer, "change", customer.pk), data).status_code == 302
    customer.refresh_from_db()
    assert (customer.username, customer.opted_in_at, customer.marketing_stopped_at) == ("ana.example", None, None)
    html = browser.get(page(Customer, "change", customer.pk)).content.decode()
    assert "ana.example" in html
    assert 'name="username"' not in html


def test_a_merged_customer_says_into_whom_and_takes_no_more_words(browser, customer, now):
    other = Customer.objects.create(name="Other <b>", merged_into=customer, created_at=now)
    html = browser.get(page(Customer, "change", other.pk)).content.decode()
    assert page(Customer, "change", customer.pk) in html
    assert page(Customer, "consent", other.pk) not in html
    assert escape("Other <b>") in html
    assert "record it there" in said(add(browser, other))
    assert not Consent.objects.exists()


def test_consent_of_nobody_is_not_found(browser):
    assert browser.get(page(Customer, "consent", "00000000-0000-0000-0000-000000000000")).status_code == 404
