"""Re-engagement: the right template in the right language, or the reason why there is none."""

import pytest

from conversations.models import Customer
from tests import template_factories as make
from whatsapp.templates.choosing import Unfillable, reengagement_for
from whatsapp.templates.locales import create_defaults

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(now):
    create_defaults("default")
    channel = make.channel(now=now)
    channel.reengage_template, channel.business_name = "order_update", "The Shop"
    return channel


@pytest.fixture
def customer(now):
    return Customer(name="Ana  Roe", locale="en", created_at=now)


def why(channel, customer) -> str:
    with pytest.raises(Unfillable) as caught:
        reengagement_for(channel, customer)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "named", "read"),
    [
        ("Reply to continue.", False, "Reply to continue."),
        ("Hi {{1}}, reply to continue.", False, "Hi Ana Roe, reply to continue."),
        ("Hi {{1}}, {{2}} has news.", False, "Hi Ana Roe, The Shop has news."),
        ("Hi {{first_name}}, {{business_name}} here.", True, "Hi Ana Roe, The Shop here."),
    ],
)
def test_names_are_filled_in(channel, customer, now, text, named, read):
    make.template(now=now, components=[make.body(text)], parameter_format="NAMED" if named else "POSITIONAL")
    assert reengagement_for(channel, customer).text == read


def test_customers_locale_decides(channel, customer, now):
    make.template(now=now)
    make.template(now=now, locale="de", components=[make.body("Antworten Sie bitte.")])
    customer.locale = "de"
    assert reengagement_for(channel, customer).locale == "de"
    customer.locale = "fr"
    assert "not there for customers of locale fr" in why(channel, customer)


def test_what_is_missing_is_said(channel, customer, now):
    assert "has no template order_update" in why(channel, customer)
    row = make.template(now=now, status="PAUSED", components=[make.body("Hi {{1}}, {{2}} here.")])
    assert "paused" in why(channel, customer)
    row.status = "APPROVED"
    row.save()
    channel.business_name = ""
    assert "business's name" in why(channel, customer)
    customer.name = ""
    assert "customer's name" in why(channel, customer)
    channel.reengage_template = ""
    assert "no re-engagement template" in why(channel, customer)


@pytest.mark.parametrize("part", [make.body("Order {{1}}, {{2}}, {{3}}!"), make.body("Order {{order_id}}!"),
                                  {"type": "HEADER", "format": "IMAGE"}])  # fmt: skip
def test_more_than_names_is_never_made_up(channel, customer, now, part):
    make.template(now=now, components=[make.BODY, part] if part["type"] == "HEADER" else [part])
    assert "asks for more" in why(channel, customer)
