"""The templates that every business account of the stand-in starts with: one of each kind that matters."""

from typing import Any


def _text(kind: str, text: str, *samples: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": kind, "text": text}
    if kind == "HEADER":
        part["format"] = "TEXT"
    if samples:
        part["example"] = {f"{kind.lower()}_text": [list(samples)] if kind == "BODY" else list(samples)}
    return part


def _named(text: str, **samples: str) -> dict[str, Any]:
    examples = [{"param_name": name, "example": sample} for name, sample in samples.items()]
    return {"type": "BODY", "text": text, "example": {"body_text_named_params": examples}}


def _buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(buttons)}


def _seed(name: str, language: str, category: str, *components: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"name": name, "language": language, "category": category, "components": list(components)} | more


SEEDS = [
    _seed(
        "reengage_update",
        "en_US",
        "UTILITY",
        _text("BODY", "We have an update on your order. Reply to continue."),
        quality="GREEN",
    ),
    _seed(
        "reengage_update",
        "de",
        "UTILITY",
        _text("BODY", "Es gibt Neues zu Ihrer Bestellung. Antworten Sie, um fortzufahren."),
        quality="GREEN",
    ),
    _seed(
        "reengage_update_named",
        "en_US",
        "UTILITY",
        _text("HEADER", "News from our shop"),
        _named(
            "Hello {{customer_name}}, we have an update on your order {{order_number}}. Reply to continue.",
            customer_name="Maya",
            order_number="A-1042",
        ),
        _text("FOOTER", "You get this because you wrote to us."),
        parameter_format="NAMED",
        quality="GREEN",
    ),
    _seed(
        "order_update",
        "en_US",
        "UTILITY",
        _text("HEADER", "Order {{1}}", "A-1042"),
        _text("BODY", "Hello {{1}}, your order will arrive on {{2}}. Thank you!", "Maya", "Monday"),
        quality="GREEN",
    ),
    _seed(
        "order_photo",
        "en_US",
        "UTILITY",
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["sample"]}},
        _text("BODY", "Hello {{1}}, this is your parcel as it left us.", "Maya"),
    ),
    _seed(
        "delivery_tracking",
        "en_US",
        "UTILITY",
        _text("BODY", "Hello {{1}}, your parcel is on its way.", "Maya"),
        _buttons(
            {
                "type": "URL",
                "text": "Track it",
                "url": "https://shop.example/track/{{1}}",
                "example": ["https://shop.example/track/A-1042"],
            },
            {"type": "QUICK_REPLY", "text": "Talk to a person"},
        ),
    ),
    _seed(
        "spring_offer",
        "en_US",
        "MARKETING",
        _text("BODY", "Hello {{1}}, spring has come: ten per cent off all garden tools this week.", "Maya"),
        _buttons({"type": "QUICK_REPLY", "text": "Stop promotions"}),
    ),
    _seed(
        "late_delivery",
        "en_US",
        "UTILITY",
        _text("BODY", "Your delivery is late. We are sorry."),
        status="PAUSED",
        quality="RED",
    ),
    _seed(
        "refund_offer",
        "en_US",
        "MARKETING",
        _text("BODY", "You get all your money back, today only."),
        status="REJECTED",
        rejected_reason="PROMOTIONAL",
    ),
    _seed(
        "sign_in_code",
        "en_US",
        "AUTHENTICATION",
        _text("BODY", "Your code is {{1}}. Do not share it.", "123456"),
        _buttons({"type": "URL", "text": "Copy code", "url": "https://shop.example/code/{{1}}", "example": ["123456"]}),
    ),
]
