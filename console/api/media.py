"""Files: one of a message to read, one to send to the customer."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console.api import once
from console.api.base import ApiView
from console.api.errors import TooLarge
from console.api.inputs import Input
from console.api.lookups import agent_of, visible_conversation
from console.api.schema import CONVERSATION_ID, IDEMPOTENCY_KEY, ErrorSerializer, read, written
from console.api.serializers import MessageSerializer
from console.serving import file_response, note_look, stored_or_refused
from console.writing import message_once
from conversations.content import LONGEST_CAPTION, Unsendable
from conversations.models import Conversation, Message
from handoff import desk
from whatsapp.media.limits import LARGEST, MB
from whatsapp.media.outgoing import attachment_bind, content_for, upload_keep
from whatsapp.models import Attachment

#: The largest file WhatsApp takes, and room for the form around it.
LARGEST_BODY = LARGEST + MB


class WhichQuery(serializers.Serializer[Any]):
    n = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=999, help_text="Which of the message's files, from 0"
    )


class MediaInput(Input):
    file = serializers.FileField(allow_empty_file=True, help_text="Within WhatsApp's limits for its type")
    caption = serializers.CharField(
        required=False, allow_blank=True, default="", help_text=f"At most {LONGEST_CAPTION} characters; not for audio"
    )
    reply_to = serializers.IntegerField(
        required=False, default=None, min_value=1, max_value=2**31 - 1, help_text="The seq of the message it answers"
    )
    voice = serializers.BooleanField(required=False, default=False, help_text="Send sound as a voice message")


class MessageMedia(ApiView):
    """The file of a message, if you may see its conversation. Ranges are answered."""

    serializer_class = WhichQuery
    filter_backends: list[Any] = []

    @extend_schema(
        parameters=[OpenApiParameter("message_id", UUID, OpenApiParameter.PATH), WhichQuery],
        responses={
            **{code: answer for code, answer in read(None).items() if code != status.HTTP_200_OK},
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            409: OpenApiResponse(ErrorSerializer, "There is no file to hand out; `not_stored`, and why"),
        },
    )
    def get(self, request: Request, message_id: UUID) -> HttpResponseBase:
        query = WhichQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        message = _visible_message(request, message_id)
        attachment = stored_or_refused(_attachment(message, query.validated_data["n"]))
        note_look(request._request, message.conversation)  # type: ignore[arg-type]  # with its user, set by the API
        return file_response(request._request, attachment)


class SendMedia(ApiView):
    """Send a file to the customer. You must hold the conversation, and WhatsApp's window must be open."""

    serializer_class = MediaInput
    parser_classes = [MultiPartParser]
    filter_backends: list[Any] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The size first: whoever asks for the session's CSRF token reads the whole body."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise TooLarge(f"The body is larger than {LARGEST_BODY // MB} MB. WhatsApp takes files up to 100 MB.")
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, RequestDataTooBig):
            exc = TooLarge("The fields beside the file are too large.")
        return super().handle_exception(exc)

    @extend_schema(
        request={"multipart/form-data": MediaInput},
        responses=written(MessageSerializer, status=status.HTTP_201_CREATED),
        parameters=[CONVERSATION_ID, IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation = visible_conversation(request, conversation_id)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        message = _send_once(conversation, agent=agent_of(request), key=once.key_of(request), **given.validated_data)
        return Response(MessageSerializer(message).data, status=status.HTTP_201_CREATED)


def _send_once(
    conversation: Conversation, *, agent: User, key: str, file: "UploadedFile[Any]", caption: str,
    reply_to: int | None, voice: bool,
) -> Message:  # fmt: skip
    """Keep the file and send it; what this person sent here under this key before is returned, not repeated."""
    now = clock.now()
    try:
        attachment = upload_keep(conversation, file=file, agent=agent, now=now, voice=voice)
    except Unsendable as error:
        raise ValidationError({"file": [str(error)]}) from error
    content = content_for(attachment, caption)

    def write() -> Message:
        message = desk.send(conversation.pk, agent=agent, content=content, now=now, reply_to=reply_to)
        attachment_bind(content, message)
        return message

    said = ["media", attachment.sha256, content.caption, reply_to, voice]
    try:
        return message_once(conversation.pk, agent=agent, key=key, said=said, write=write)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _visible_message(request: Request, message_id: UUID) -> Message:
    seen = Message.objects.filter(conversation__in=Conversation.objects.visible_to(agent_of(request)))
    found = seen.select_related("conversation").filter(pk=message_id).first()
    if found is None:
        raise NotFound("There is no such message among those you may see.")
    return found


def _attachment(message: Message, n: int) -> Attachment:
    found = message.attachments.order_by("pk")[n : n + 1].first()
    if found is None:
        raise NotFound("This message has no such file.")
    return found
