"""The states of a paired phone's session (WASender, "Get WhatsApp session status"), in words for the operator."""

CONNECTED = "connected"
#: Nothing can be sent until a person has done something about it.
LOST = frozenset({"need_scan", "disconnected", "logged_out", "expired"})
WORDS = {
    CONNECTED: "",
    "connecting": "WASender is connecting to WhatsApp. This takes a moment.",
    "need_scan": "The phone is not paired. Open the session at WASender and scan the QR code with the phone.",
    "disconnected": "The session is not connected. Connect it at WASender.",
    "logged_out": "The phone was unpaired. Pair it again at WASender, by its QR code.",
    "expired": "The session has expired. Set it up again at WASender and pair the phone.",
}


def words_of(state: str) -> str:
    """What a state means and what to do about it; empty where all is well."""
    return WORDS.get(state, f"WASender reports the state {state!r}. Look at the session there.")
