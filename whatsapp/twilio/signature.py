"""Twilio's webhook signature: an HMAC over the address it called and the form it posted, in `X-Twilio-Signature`.

The address is the one we gave Twilio (PUBLIC_URL, path, query as received), never one put together from request
headers. Twilio signs no time, so a replay passes: whoever reads the stored events removes duplicates.
Rules: Twilio docs, "Webhooks security"; the computation is the official SDK's.
"""

from collections.abc import Sequence
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

FORM = "application/x-www-form-urlencoded"
ALGORITHMS = (HMAC_SHA1, HMAC_SHA256)
MOST_FIELDS = 1000


class _Form(dict[str, list[str]]):
    """A form whose names may be repeated, as the SDK reads one."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def verified(
    *, url: str, body: bytes, content_type: str, signature: str, settings_header: str, tokens: Sequence[str]
) -> bool:
    """Whether one of the tokens signed this request. Never raises, whatever came in.

    `url`: the whole public address with its query as received. `signature` and `settings_header`: the values of
    X-Twilio-Signature and X-Twilio-Webhooks-Signature-Settings, "" where missing; the latter names the algorithm
    when a shared key signed. `tokens`: auth tokens and shared keys, several while rotating.
    A body that is no form counts only where the address carries its hash (`bodySHA256`).
    """
    algorithm = get_signature_algorithm(settings_header).upper()
    if algorithm not in ALGORITHMS:
        return False
    try:
        signed = _signed_part(url, body, content_type)
        return any(RequestValidator(token).validate(url, signed, signature, algorithm) for token in tokens if token)
    except ValueError:  # an address or a form that cannot be taken apart was not signed by Twilio
        return False


def _signed_part(url: str, body: bytes, content_type: str) -> _Form | str:
    """What beside the address is signed: the form's fields, or the body by its hash. Raises ValueError."""
    if not body or content_type.partition(";")[0].strip().lower() == FORM:
        return _form(body)
    if "bodySHA256" not in parse_qs(urlsplit(url).query):
        raise ValueError("a body that is no form, and no hash of it in the address")
    return body.decode()


def _form(body: bytes) -> _Form:
    form = _Form()
    for name, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS):
        form.setdefault(name, []).append(value)
    return form
