"""Templates that the desk sends by itself, filled in with no more than names: the one that asks a customer to write
again, when something is due to them and their window is closed, and the one that asks how it was."""

from conversations import content
from conversations.models import Channel, Customer
from whatsapp.models import MessageTemplate
from whatsapp.templates.fields import Field
from whatsapp.templates.filling import fields_of, fill
from whatsapp.templates.locales import template_for
from whatsapp.templates.refusals import TemplateRefused

#: Names of variables that are known to mean the business; everything else that is named must be the customer.
BUSINESS = frozenset({"business", "business_name", "company", "company_name", "shop", "shop_name"})
CUSTOMER = frozenset({"customer", "customer_name", "name", "first_name"})


class Unfillable(Exception):
    """There is no such template for this customer; the words say why and the mend."""


def reengagement_for(channel: Channel, customer: Customer) -> content.Template:
    """The channel's re-engagement template for this customer: their locale, filled in with their name and the
    business's. Numbered variables: the first is the customer's name, the second the business's.

    Raises Unfillable where the channel has none, it may not be sent, or it asks for more than these two names.
    """
    if not channel.reengage_template:
        raise Unfillable(f"{channel.name} has no re-engagement template. Choose one in the admin, under Channels.")
    return filled_with_names(channel.reengage_template, channel, customer)


def filled_with_names(name: str, channel: Channel, customer: Customer) -> content.Template:
    """The template of this name in the customer's locale, filled in with their name and the business's. Raises
    Unfillable where it may not be sent or asks for more."""
    try:
        template = template_for(channel, name, customer.locale)
        return fill(template, _params(template, channel, customer))
    except TemplateRefused as refusal:
        raise Unfillable(refusal.words) from refusal


def _params(template: MessageTemplate, channel: Channel, customer: Customer) -> dict[str, str]:
    required = [field for field in fields_of(template) if field.required]
    return {field.name: _value(field, template, channel, customer) for field in required}


def _value(field: Field, template: MessageTemplate, channel: Channel, customer: Customer) -> str:
    meaning = _meaning(field)
    if meaning is None:
        raise Unfillable(
            f"{template} asks for more than the customer's and the business's name ({field.label}). "
            "Choose a simpler template."
        )
    value = " ".join((channel.business_name if meaning == "business" else customer.name).split())
    if not value:
        mend = "in the admin, under Channels" if meaning == "business" else "on the customer"
        raise Unfillable(f"{template} needs the {meaning}'s name. Enter it {mend}.")
    return value


def _meaning(field: Field) -> str | None:
    """Whose name goes there: customer, business, or None where something else is asked for."""
    if field.kind != "text":
        return None
    if field.variable in CUSTOMER or field.variable == "1":
        return "customer"
    return "business" if field.variable in BUSINESS or field.variable == "2" else None
