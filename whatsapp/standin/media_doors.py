"""Media on the Graph side: upload, node, download and deletion; and the door by which customers' files come in."""

from typing import Any

import msgspec

from whatsapp.standin import media, rules
from whatsapp.standin.calls import Call, suffer
from whatsapp.standin.media import Kept
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Number
from whatsapp.standin.rules import GraphError
from whatsapp.standin.wire import Answer, Receive, Refusal, Request


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """A file that a customer sends: a sample of that kind. `phone_number_id`: to which number, "" for any."""

    kind: str
    phone_number_id: str = ""


async def upload(call: Call) -> Answer:
    """POST /{version}/{phone_number_id}/media, multipart."""
    number = call.number
    return await call.through("media_upload", number, lambda: _keep(call, number))


def _keep(call: Call, number: Number) -> Answer:
    form = call.request.form()
    if "messaging_product" not in form or form["messaging_product"].text != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required and must be 'whatsapp'.")
    if "file" not in form:
        raise GraphError(131008, "The parameter file is required, as a part of a multipart form.")
    if "type" not in form:
        raise GraphError(131008, "The parameter type is required: the MIME type of the file.")
    file, said = form["file"], form["type"].text.partition(";")[0].strip()
    media.check_upload(file.content, said)
    if file.mime_type != said:
        raise GraphError(131053, f"type is {said}, but the part of the file says {file.mime_type}.")
    shelf = media.shelf(call.meta)
    kept = shelf.keep(file.content, said, phone_number_id=number.phone_number_id, lives=media.UPLOADED_LIVES)
    return Answer(200, {"id": kept.id})


async def node(call: Call, kept: Kept) -> Answer:
    """GET /{version}/{media_id}: where the file is for five minutes; DELETE: gone."""
    number = call.asked_by(_numbers_of(call.meta, kept))
    if call.request.query.get("phone_number_id", number.phone_number_id) != number.phone_number_id:
        raise GraphError(100, "Param phone_number_id is not a valid whatsapp business phone number id ID")
    return await call.through("media_node", number, lambda: _node(call, kept))


def _node(call: Call, kept: Kept) -> Answer:
    shelf = media.shelf(call.meta)
    if call.request.method == "DELETE":
        shelf.delete(kept.id)
        return Answer(200, {"success": True})
    if call.request.method != "GET":
        raise rules.no_such_object(call.request.method, kept.id)
    return Answer(200, media.node(kept, f"{call.request.origin}/standin-media/{shelf.address(kept.id)}"))


def _numbers_of(meta: Meta, kept: Kept) -> list[Number]:
    numbers = meta.network.numbers.values()
    return [number for number in numbers if kept.phone_number_id in ("", number.phone_number_id)]


async def download(meta: Meta, request: Request, receive: Receive, name: str) -> Answer:
    """GET of an address out of a media node: the bytes, for who carries the same bearer token."""
    call = Call(meta, request, receive, "", name, {})
    if not request.headers.get("user-agent"):
        return Answer(400, b"A User-Agent is required.", content_type="text/plain")
    kept = media.shelf(meta).at_address(name)
    number = call.asked_by(_numbers_of(meta, kept) if kept else meta.network.numbers.values())
    return await suffer(call.fault("media_download", number), lambda: _bytes(kept))


def _bytes(kept: Kept | None) -> Answer:
    if kept is None:
        return Answer(404, b"URL signature expired", content_type="text/plain")
    return Answer(200, kept.content, content_type=kept.mime_type)


def put(meta: Meta, request: Request) -> Answer:
    """PUT /standin/media: a file that a customer sends, as bytes with their Content-Type, or {kind} for a sample."""
    mime_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if mime_type in ("", "application/json"):
        sent = request.read(Sent)
        if sent.kind not in media.KINDS:
            raise Refusal(400, f"kind must be one of {', '.join(media.KINDS)}.")
        sample = media.make_sample(sent.kind)
        return Answer(201, _received(meta, sample.content, sample.mime_type, sent.phone_number_id))
    if not request.body:
        raise Refusal(400, "Give the bytes of the file, or {kind} as JSON.")
    return Answer(201, _received(meta, request.body, mime_type, request.query.get("phone_number_id", "")))


def _received(meta: Meta, content: bytes, mime_type: str, phone_number_id: str) -> dict[str, Any]:
    if phone_number_id:
        meta.network.number(phone_number_id)
    kept = media.shelf(meta).keep(content, mime_type, phone_number_id=phone_number_id)
    sha256 = kept.sha256_base64
    return {"id": kept.id, "sha256": sha256, "mime_type": mime_type, "file_size": len(content)}
