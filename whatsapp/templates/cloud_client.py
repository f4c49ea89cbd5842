"""Writing templates at Meta's Cloud API: create, edit, delete, and the sample file of a header.

(Meta, WhatsApp docs, "Template management"; Graph, "Resumable upload".)
"""

from dataclasses import dataclass
from typing import Any, NoReturn

import httpx
from django.conf import settings

from whatsapp.adapter import ProviderUnavailable
from whatsapp.cloud.http import Answer, NoAnswer, Unreached, ask
from whatsapp.models import CloudAccount

#: What a person can do about a refusal, by Graph's code or subcode, where Meta's own words do not say it.
ADVICE = {
    190: "The access token is not accepted. Enter a new one in the admin, under Channels.",
    200: "The access token may not manage templates: it needs whatsapp_business_management.",
    10: "The access token may not manage templates: it needs whatsapp_business_management.",
    80008: "Too many changes of templates within the hour. Try again later.",
    2388023: "This name is being deleted in this language; it can be used again after four weeks. Choose another.",
    2388024: "There is a template of this name in this language already. Sync the templates, or choose another name.",
    2388019: "The account has as many templates as WhatsApp allows. Delete some first.",
}


class ProviderRefused(Exception):
    """The provider said no; the words are its own, or ours where they help more."""


@dataclass(frozen=True, slots=True)
class Created:
    """What the provider made of a new template."""

    provider_id: str
    status: str
    category: str


class CloudTemplates:
    """One business account's templates. Every call raises ProviderRefused or ProviderUnavailable, with words."""

    def __init__(self, account: CloudAccount) -> None:
        self.account = account
        self.root = f"{account.api_url}/{account.api_version}"

    def create(
        self, *, name: str, locale: str, category: str, parameter_format: str, components: list[dict[str, Any]]
    ) -> Created:
        """Hand a new template in for approval."""
        body = {"name": name, "language": locale, "category": category, "components": components}
        answer = self._ask(
            "POST",
            f"{self.account.business_account_id}/message_templates",
            json=body | {"parameter_format": parameter_format},
        )
        told = {field: str(answer.get(field) or "") for field in ("id", "status", "category")}
        return Created(told["id"], told["status"].upper() or "PENDING", told["category"].upper() or category)

    def edit(self, provider_id: str, *, components: list[dict[str, Any]], category: str = "") -> None:
        """Hand in a new version. `category` only where it changes: Meta refuses one for an approved template."""
        body: dict[str, Any] = {"components": components}
        self._ask("POST", provider_id, json=body | ({"category": category} if category else {}))

    def delete(self, *, name: str, provider_id: str) -> None:
        """Delete the template in this one language."""
        params = {"name": name, "hsm_id": provider_id}
        self._ask("DELETE", f"{self.account.business_account_id}/message_templates", params=params)

    def upload_sample(self, *, filename: str, mime_type: str, data: bytes) -> str:
        """Store a header's sample file for the reviewers; returns its handle."""
        app = str(self._ask("GET", "app", params={"fields": "id"}).get("id") or "")
        about = {"file_name": filename, "file_length": len(data), "file_type": mime_type}
        session = str(self._ask("POST", f"{app}/uploads", params=about).get("id") or "")
        handle = self._upload(session, data)
        if not handle:
            raise ProviderUnavailable("WhatsApp did not take the sample file. Try again.")
        return handle

    def _upload(self, session: str, data: bytes) -> str:
        """Resumable upload wants its own form of authorisation and an offset, both as headers."""
        if not session.startswith("upload:"):
            return ""
        headers = {"Authorization": f"OAuth {self.account.access_token}", "file_offset": "0"}
        try:
            answer = httpx.post(
                f"{self.root}/{session}", content=data, headers=headers, timeout=settings.PROVIDER_TIMEOUT,
                trust_env=False,
            )  # fmt: skip
            told = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return ""
        return str(told.get("h") or "") if isinstance(told, dict) else ""

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = ask(method, f"{self.root}/{path}", token=self.account.access_token, **options)
        except Unreached as error:
            raise ProviderUnavailable(f"{error} Nothing was handed in.") from error
        except NoAnswer as error:
            raise ProviderUnavailable(f"{error} Sync the templates to see whether it arrived.") from error
        if not answer.ok or answer.error:
            _refuse(answer)
        return answer.body


def _refuse(answer: Answer) -> NoReturn:
    error = answer.error or {}
    if not error and answer.status >= 500:
        raise ProviderUnavailable("WhatsApp has a fault of its own now. Sync the templates, then try again.")
    raise ProviderRefused(_words(error, answer.status))


def _words(error: dict[str, Any], status: int) -> str:
    """Meta's words for people where it has some, else its details; with what to do about it where that is known."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    told = next(
        (words for words in (error.get("error_user_msg"), details, error.get("message")) if isinstance(words, str)),
        f"WhatsApp refused (HTTP {status}).",
    )
    advice = ADVICE.get(_code(error, "error_subcode")) or ADVICE.get(_code(error, "code"), "")
    return f"{told[:500]} {advice}".strip()


def _code(error: dict[str, Any], name: str) -> int:
    code = error.get(name)
    return code if isinstance(code, int) else 0
