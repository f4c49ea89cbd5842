"""The stand-in as a plain ASGI application: no Django views, no database, state in one object."""

import re
from collections.abc import Awaitable, Callable

from whatsapp.standin import account, control, graph, media, media_doors, template_doors, templates
from whatsapp.standin.meta import Meta
from whatsapp.standin.wire import Answer, Receive, Refusal, Request, Scope, Send, read_request, write_answer

App = Callable[[Scope, Receive, Send], Awaitable[None]]


def faults_delete(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    """Clear the scripted faults of requests, those that last too."""
    meta.faults = []
    return Answer(200, [])


def reset(meta: Meta, request: Request) -> Answer:
    """Empty phones, books, shelves, queues and faults; with `all`, forget numbers and people too."""
    media.shelf(meta).clear()
    templates.book(meta).clear()
    account.forget(meta)
    return control.reset(meta, request)


DOORS: list[tuple[str, str, Callable[..., Answer]]] = [
    ("GET", r"/standin/", control.hello),
    ("GET", r"/standin/numbers", control.numbers_get),
    ("PUT", r"/standin/numbers/([\w-]+)", control.number_put),
    ("GET", r"/standin/users", control.users_get),
    ("PUT", r"/standin/users/([\w-]+)", control.user_put),
    ("GET", r"/standin/users/([\w-]+)/messages", control.user_screen),
    ("POST", r"/standin/users/([\w-]+)/messages", control.user_write),
    ("POST", r"/standin/users/([\w-]+)/open", control.user_open),
    ("POST", r"/standin/users/([\w-]+)/calls", control.user_call),
    ("POST", r"/standin/users/([\w-]+)/echoes", control.user_echo),
    ("POST", r"/standin/users/([\w-]+)/system", control.user_change),
    ("POST", r"/standin/users/([\w-]+)/preferences", control.user_prefer),
    ("POST", r"/standin/users/([\w-]+)/history", control.user_share),
    ("POST", r"/standin/numbers/([\w-]+)/announcements", control.number_announce),
    ("GET", r"/standin/media/([\w-]+)", control.media_get),
    ("PUT", r"/standin/windows/([\w-]+)/([\w-]+)", control.window_put),
    ("GET", r"/standin/clock/", control.clock_get),
    ("POST", r"/standin/clock/", control.clock_jump),
    ("GET", r"/standin/faults", control.faults_get),
    ("POST", r"/standin/faults", control.faults_post),
    ("DELETE", r"/standin/faults", faults_delete),
    ("POST", r"/standin/webhook-faults", control.hook_faults_post),
    ("PUT", r"/standin/media", media_doors.put),
    ("GET", r"/standin/templates", template_doors.shown),
    ("POST", r"/standin/templates/(\d+)", template_doors.review),
    ("PUT", r"/standin/conditions/([\w-]+)", account.condition_put),
    ("GET", r"/standin/sent", control.sent_get),
    ("GET", r"/standin/requests", control.requests_get),
    ("GET", r"/standin/webhooks", control.webhooks_get),
    ("PUT", r"/standin/unheard", account.unheard_put),
    ("POST", r"/standin/reset", reset),
]
LOCAL_HOSTS = {"127.0.0.1", "localhost"}


def create_app(*, pace: float = 0.15, baton_url: str = "", meta: Meta | None = None) -> App:
    """A stand-in, with an empty memory unless given one.

    `pace`: seconds between accepted, sent, delivered and read. `baton_url`: where webhooks go for numbers that
    name no address of their own. Its doors under /standin/ ask for no password: serve it on 127.0.0.1 only.
    """
    memory = meta or Meta(pace=pace, baton_url=baton_url)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await _answer(memory, await read_request(scope, receive), receive)
        except Refusal as refusal:
            answer = Answer(refusal.status, {"detail": str(refusal)})
        await write_answer(send, answer)

    return app


async def _answer(meta: Meta, request: Request, receive: Receive) -> Answer:
    _refuse_browsers(request)
    return await graph.answer(meta, request, receive) or _control(meta, request)


def _refuse_browsers(request: Request) -> None:
    """No page in a browser may reach through to here, neither across origins nor by a rebound name."""
    host = request.headers.get("host", "").rpartition(":")
    name = host[0] if host[2].isdigit() else host[2]
    if "origin" in request.headers or name not in LOCAL_HOSTS:
        raise Refusal(403, "The stand-in talks to programs on this machine only; the phone is at /simulator/.")


def _control(meta: Meta, request: Request) -> Answer:
    other_methods: list[str] = []
    for method, pattern, door in DOORS:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            return door(meta, request, *match.groups())
        if match:
            other_methods.append(method)
    if other_methods:
        raise Refusal(405, f"Use {' or '.join(other_methods)} here.")
    raise Refusal(404, f"Nothing at {request.path}.")
