"""Working on a conversation together: passing it on, asking others in, saying that one types."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console import indicator
from console.api.acting import ANSWER, Verb
from console.api.errors import bad_input
from console.api.inputs import InviteInput, NoteInput, NothingInput, TransferInput, TypingInput
from console.api.lookups import agent_of
from console.api.reading import conversation_data
from console.api.schema import CONVERSATION_ID, written
from handoff import assignment, attendance, desk

_TYPING = inline_serializer(
    "Typing",
    {
        "bot_paused": serializers.BooleanField(help_text="Whether the assistant waits because of it"),
        "until": serializers.DateTimeField(allow_null=True, help_text="When it goes on, unless you type again"),
    },
)


class Transfer(Verb):
    """Give it to another team's queue, or straight to a colleague. Nothing of it is lost: wait, promise, context."""

    serializer_class = TransferInput

    @extend_schema(request=TransferInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        with bad_input():
            desk.transfer(
                conversation.pk, agent=agent_of(request), team=given.get("team"), to=given.get("agent"),
                note=given.get("note", ""), now=clock.now(),
            )  # fmt: skip
        return Response(conversation_data(conversation))


class Escalate(Verb):
    """Give it to a team of the next tier."""

    serializer_class = NoteInput

    @extend_schema(request=NoteInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        with bad_input():
            desk.escalate(conversation.pk, agent=agent_of(request), note=given.get("note", ""), now=clock.now())
        return Response(conversation_data(conversation))


class Invite(Verb):
    """Ask a colleague in, of whatever team: they may read along and write notes."""

    serializer_class = InviteInput

    @extend_schema(request=InviteInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        with bad_input():
            desk.invite(
                conversation.pk, agent=agent_of(request), colleague=given["agent"], note=given.get("note", ""),
                now=clock.now(),
            )  # fmt: skip
        return Response(conversation_data(conversation))


class Pass(Verb):
    """Decline what is offered to you; it is offered to somebody else at once."""

    serializer_class = NothingInput

    @extend_schema(request=NothingInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, _ = self.begin(request, conversation_id)
        assignment.offer_pass(conversation.pk, agent=agent_of(request), now=clock.now())
        return Response(conversation_data(conversation))


class Typing(Verb):
    """Say that you type here: the assistant waits meanwhile; the customer sees it where you hold the conversation."""

    serializer_class = TypingInput

    @extend_schema(request=TypingInput, responses=written(_TYPING), parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        now = clock.now()
        paused = desk.typing(conversation.pk, agent=agent_of(request), typing=given["typing"], now=now)
        if given["typing"]:
            indicator.show(conversation, agent=agent_of(request), typing=True, now=now)
        until: Any = attendance.typing_until(conversation, now=now) if paused else None
        return Response({"bot_paused": paused, "until": serializers.DateTimeField().to_representation(until)})
