"""What we say, in WASender's words (WASender, "Send text message" and its neighbours).

A paired phone can send what a person types on it, and no more: no buttons, lists, templates or requests.
"""

from typing import Any

from conversations.content import Buttons, Content, Location, Media, Menu, Reaction, Template, Text
from whatsapp.adapter import File, Outgoing
from whatsapp.faults import Fault, FaultKind

#: Which field of the request names the file.
MEDIA_FIELDS = {
    "image": "imageUrl",
    "video": "videoUrl",
    "audio": "audioUrl",
    "document": "documentUrl",
    "sticker": "stickerUrl",
}
UNOFFICIAL = "This number is a paired phone at WASenderApi, which is not Meta's own way in"
CHOICES = "Write the choices as text and let the customer answer in words."


class Unsendable(Exception):
    """It cannot be said this way; the fault tells why. Nothing was sent."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.words)
        self.fault = fault


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """The request's body, but for whom it is to. Raises Unsendable."""
    match outgoing.content:
        case Text(body=body):
            return {"text": body}
        case Location() as place:
            return {"location": _place(place)}
        case Media() as media:
            return _media(media, outgoing.file)
        case other:
            raise Unsendable(_not_supported(other))


def _place(place: Location) -> dict[str, Any]:
    body: dict[str, Any] = {"latitude": place.latitude, "longitude": place.longitude}
    return body | {name: words for name, words in (("name", place.name), ("address", place.address)) if words}


def _media(media: Media, file: File | None) -> dict[str, Any]:
    if file is None:
        raise Unsendable(Fault("no_file", FaultKind.BUG, "The message's file was not found here"))
    try:
        body = {MEDIA_FIELDS[media.media]: file.public_url()}
    except ValueError as error:
        words = "WASender fetches files from this desk, and the desk has no public address"
        advice = "An administrator sets PUBLIC_URL to the address under which the desk is reached from outside."
        raise Unsendable(Fault("no_public_url", FaultKind.MEDIA, words, advice)) from error
    if media.caption:
        body["text"] = media.caption
    if media.media == "document" and (name := media.filename or file.filename):
        body["fileName"] = name
    return body


def _not_supported(content: Content) -> Fault:
    what, advice = _missing(content)
    return Fault("unsupported", FaultKind.UNDELIVERABLE, f"{UNOFFICIAL}: it cannot send {what}", advice)


def _missing(content: Content) -> tuple[str, str]:
    match content:
        case Template():
            return "templates", "Write a message in your own words, or write from an official number."
        case Buttons():
            return "buttons", CHOICES
        case Menu():
            return "lists", CHOICES
        case Reaction():
            return "reactions", "Answer in words."
        case _:
            return "this kind of message", "Say it in words, with the address in the text where there is one."
