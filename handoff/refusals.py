"""Why the desk says no: a code for programs, words for people."""


class Refused(Exception):
    """State or control forbids it. Nothing was changed."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def not_in_control(holder: str, *, mend: str = "") -> Refused:
    """`mend`: what to do instead, in a sentence."""
    return Refused("not_in_control", f"You do not hold this conversation: {holder} does. {mend}".strip())


def already_taken(by: str) -> Refused:
    return Refused("already_taken", f"{by} has already accepted this conversation.")


def held_by(name: str) -> Refused:
    return Refused("already_taken", f"{name} holds this conversation. Take it over from {name} to write.")


def closed() -> Refused:
    return Refused("closed", "This conversation is closed.")


def not_waiting() -> Refused:
    return Refused("not_waiting", "Nobody is waiting here: the assistant holds this conversation.")


def already_with_people() -> Refused:
    return Refused("already_handed_off", "This conversation is with people already.")


def accept_it() -> Refused:
    return Refused("already_handed_off", "This conversation waits for a person: accept it.")


def window_closed() -> Refused:
    return Refused(
        "window_closed",
        "WhatsApp's 24-hour window is closed: free text can be sent again once the customer has written.",
    )
