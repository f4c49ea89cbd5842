"""A customer gets a template in their language or in one that was written down for it. Nobody guesses."""

import pytest

from tests import template_factories as make
from whatsapp.models import LocaleFallback, MessageTemplate
from whatsapp.templates.locales import DEFAULTS, WHATSAPP_LOCALES, create_defaults, template_exact, template_for
from whatsapp.templates.refusals import TemplateRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(now):
    create_defaults("default")
    return make.channel(now=now)


def chosen(channel, locale: str) -> str:
    return template_for(channel, "order_update", locale).locale


def refused(channel, locale: str, name: str = "order_update") -> TemplateRefused:
    with pytest.raises(TemplateRefused) as caught:
        template_for(channel, name, locale)
    return caught.value


@pytest.mark.parametrize(
    ("customer", "there", "gets"),
    [
        ("de", ["de", "en_US"], "de"),
        ("pt-br", ["pt_BR", "pt_PT"], "pt_BR"),
        ("en", ["en_GB", "en_US"], "en_US"),
        ("en", ["en_GB", "en"], "en"),
        ("es", ["es_MX"], "es_MX"),
        ("pt", ["pt_PT", "pt_BR"], "pt_BR"),
    ],
)
def test_own_locale_first_then_the_list_in_its_order(channel, now, customer, there, gets):
    for locale in there:
        make.template(now=now, locale=locale)
    assert chosen(channel, customer) == gets


@pytest.mark.parametrize("customer", ["de", "de_AT", "xx", ""])
def test_no_locale_is_guessed(channel, now, customer):
    """A German customer must not get Spanish because it happens to be there."""
    make.template(now=now, locale="es")
    assert refused(channel, customer).code == "template_locale_missing"
    assert "there is: es" in refused(channel, customer).words


def test_list_is_the_admins(channel, now):
    make.template(now=now, locale="de")
    LocaleFallback.objects.create(customer_locale="de_AT", template_locales="de")
    assert chosen(channel, "de-at") == "de"
    LocaleFallback.objects.filter(customer_locale="de_AT").delete()
    assert refused(channel, "de_AT").code == "template_locale_missing"


@pytest.mark.parametrize("status", [name for name in MessageTemplate.Status.values if name != "APPROVED"])
def test_only_approved_is_chosen_and_the_status_is_said(channel, now, status):
    make.template(now=now, status=status, rejected_reason="Touching variables.")
    refusal = refused(channel, "en")
    assert refusal.code == "template_not_approved"
    assert MessageTemplate.Status(status).label in refusal.words
    assert ("Touching variables" in refusal.words) == (status == "REJECTED")


def test_approved_fallback_serves_where_the_own_is_paused(channel, now):
    make.template(now=now, locale="en_US", status="PAUSED")
    make.template(now=now, locale="en_GB")
    assert chosen(channel, "en") == "en_GB"


def test_template_of_another_account_is_none_of_ours(channel, now):
    make.template(now=now, locale="en")
    MessageTemplate.objects.update(account_ref="another")
    assert refused(channel, "en").code == "template_missing"


def test_approved_by_hearsay_only_is_not_sent_empty(channel, now):
    """A status webhook can be first; its template has no text until the sync."""
    make.template(now=now, locale="en", components=[])
    assert refused(channel, "en").code == "template_missing"


def test_locale_that_was_chosen_is_kept_to(channel, now):
    make.template(now=now, locale="en_US")
    make.template(now=now, locale="de", status="REJECTED")
    assert template_exact(channel, "order_update", "en_US").locale == "en_US"
    for locale, code in (("en", "template_locale_missing"), ("de", "template_not_approved")):
        with pytest.raises(TemplateRefused) as caught:
            template_exact(channel, "order_update", locale)
        assert caught.value.code == code


def test_defaults_are_whatsapps_codes_and_made_only_where_there_are_none(channel):
    assert {code for codes in DEFAULTS.values() for code in codes.split()} <= set(WHATSAPP_LOCALES)
    LocaleFallback.objects.exclude(pk="de").delete()
    create_defaults("default")
    assert list(LocaleFallback.objects.values_list("pk", flat=True)) == ["de"]
