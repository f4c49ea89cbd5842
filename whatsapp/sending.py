"""What an agent sends beyond plain text: templates by name, files, each with what belongs to it in one transaction."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from conversations.content import Content, Unsendable
from conversations.models import Conversation, Message
from handoff import desk
from handoff.refusals import Refused
from whatsapp import channel_state
from whatsapp.media.outgoing import attachment_bind
from whatsapp.models import MessageTemplate
from whatsapp.templates.accounts import templates_of
from whatsapp.templates.filling import Params, attachment_of, fill
from whatsapp.templates.locales import template_exact, template_for
from whatsapp.templates.refusals import TemplateRefused


@transaction.atomic
def content_send(
    conversation_id: UUID, *, agent: User, content: Content, now: datetime, reply_to: int | None = None
) -> Message:
    """Send it, its file bound to it. Raises as `handoff.desk.send`."""
    message = desk.send(conversation_id, agent=agent, content=content, now=now, reply_to=reply_to)
    attachment_bind(content, message)
    return message


@transaction.atomic
def template_send(
    conversation_id: UUID, *, agent: User, name: str, params: Params, now: datetime, locale: str = "",
    follow_up: str = "",
) -> Message:  # fmt: skip
    """Send the approved template of this name, in this locale or, without one, in the customer's.

    Raises Refused: template_missing, template_not_approved, template_locale_missing, templates_stopped, and as
    `handoff.desk.send_template`; ValueError where the parameters will not do.
    """
    conversation = Conversation.objects.select_related("channel", "customer").get(pk=conversation_id)
    channel = conversation.channel
    if words := channel_state.templates_obstacle(channel):
        raise Refused("templates_stopped", f"This number sends no templates now: {words}")
    try:
        if locale:
            template = template_exact(channel, name, locale)
        else:
            template = template_for(channel, name, conversation.customer.locale)
    except TemplateRefused as refused:
        raise Refused(refused.code, refused.words) from refused
    content = fill(template, params)
    file = attachment_of(template, params)
    if file and (file.message_id is not None or file.channel_id != channel.pk):
        raise Unsendable("That file belongs to another message. Upload it again for this one.")
    message = desk.send_template(conversation_id, agent=agent, template=content, follow_up=follow_up, now=now)
    if file:
        file.message = message
        file.save(update_fields=["message"])
    return message


def templates_for(conversation: Conversation) -> list[MessageTemplate]:
    """The approved templates of the conversation's number, those in the customer's language first."""
    approved = templates_of(conversation.channel).filter(status=MessageTemplate.Status.APPROVED)
    language = conversation.customer.locale.partition("-")[0].partition("_")[0]
    return sorted(approved, key=lambda template: (not template.locale.startswith(language), template.name))
