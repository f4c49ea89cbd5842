"""Asking the stand-in about message templates, and sending them."""

from typing import Any

import httpx

from tests.standin import TOKEN, graph
from whatsapp.standin.client import StandinClient

ACCOUNT = "555010900000001"
LIST = f"/v26.0/{ACCOUNT}/message_templates"
ANN, BOB = "+15550100191", "GB.1002"


def ask(client: StandinClient, method: str, path: str, **options: Any) -> httpx.Response:
    url = path if path.startswith("http") else client.url + path
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.request(method, url, trust_env=False, **{"headers": headers, "timeout": 10, **options})


def code(answer: httpx.Response) -> int:
    return answer.json()["error"]["code"]


def listed(client: StandinClient, **query: Any) -> list[dict[str, Any]]:
    return ask(client, "GET", LIST, params=query).json()["data"]


def template_id(client: StandinClient, name: str) -> str:
    return listed(client, name=name)[0]["id"]


def review(client: StandinClient, name: str, **change: Any) -> httpx.Response:
    return ask(client, "POST", f"/standin/templates/{template_id(client, name)}", json=change)


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def part(kind: str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": list(parameters), **more}


def send(client: StandinClient, name: str, *parts: Any, language: str = "en_US", to: str = ANN) -> httpx.Response:
    template: dict[str, Any] = {"name": name, "language": {"code": language}}
    if parts:
        template["components"] = list(parts)
    address = {"to": to} if to.startswith("+") else {"recipient": to}
    return graph(client, {"messaging_product": "whatsapp", "type": "template", "template": template} | address)
