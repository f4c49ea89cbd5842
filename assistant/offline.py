"""The engine that needs no model and no network: orders, small talk, and the knowledge base."""

from msgspec.structs import replace

from assistant import knowledge, orders
from assistant.engine import Context
from assistant.language import language_of, of_locale, spoken_in
from assistant.reply import Reply
from assistant.small_talk import Kind, small_talk
from assistant.texts import text

#: A rule matched word for word; there is nothing to weigh.
SURE = 0.95
_INTENTS: dict[str, str] = {
    "orders": "order_question",
    "returns": "return_question",
    "payments": "payment_question",
    "products": "product_question",
    "account": "account_question",
}


class OfflineEngine:
    """Answers what it can prove to know and says so when it cannot. Reads only; the same question, the same reply."""

    name = "offline"

    def reply(self, context: Context) -> Reply:
        """The reply to what is unanswered. Never raises for anything a customer can write."""
        if not context.unanswered:
            return _back(context)
        question = _readable(context.question)
        if not question.strip():
            return _hand_over("unreadable", 0.0, "The customer sent something that is not text.")
        language = language_of(question, context.locale)
        if kind := small_talk(question):
            return _say(kind, _small_talk_text(kind, context, language), SURE)
        reply = _order_reply(context, question, language) or _known_reply(context, question, language)
        return replace(reply, entities=_entities(context, question))


def _back(context: Context) -> Reply:
    """A person gave the conversation back and nothing is unanswered: say so, and no more than is known. What they told
    us is for us: of what they agreed with the customer nothing is repeated, and nothing new promised."""
    key = "here_again" if not context.returned else "back_told" if context.guidance.strip() else "back"
    return _say("resumed", text(key, spoken_in(context)), SURE)


def _entities(context: Context, question: str) -> dict[str, str]:
    """The customer's own orders that are named. Other digits may be a phone number, which goes no further."""
    numbers = [*orders.numbers_in(question), *orders.bare_numbers_in(question)]
    if not numbers or not context.is_known:
        return {}
    own = orders.orders_of(context.customer_id)
    named = [order.number for number in numbers if (order := orders.matching(own, number))]
    return {"order_number": ", ".join(dict.fromkeys(named))} if named else {}


def _readable(question: str) -> str:
    """Without what Postgres refuses in a text: NUL and halves of surrogate pairs."""
    return "".join(char for char in question if char != "\x00" and not "\ud800" <= char <= "\udfff")


def _small_talk_text(kind: Kind, context: Context, language: str) -> str:
    name = context.customer_name.split(" ")[0][:40]
    if kind == "greeting" and name and context.is_known:
        return text("greeting_name", language, name=name)
    return text(kind, language)


def _order_reply(context: Context, question: str, language: str) -> Reply | None:
    """About the customer's orders, where that is what they ask. An article may know better what to do with one."""
    asks, numbers = orders.asks_status(question), orders.numbers_in(question)
    if not asks and (match := _best(context, question, language)) and _is_enough(match.confidence):
        return None
    if not context.is_known:
        return _unknown_customer_reply() if numbers else None
    own = orders.orders_of(context.customer_id)
    numbers = numbers or [number for number in orders.bare_numbers_in(question) if orders.matching(own, number)]
    today = context.now.date()
    if numbers:
        return _say("order_status", orders.named_answer(own, numbers, language, today), SURE)
    return _say("order_status", orders.latest_answer(own, language, today), SURE) if asks else None


def _unknown_customer_reply() -> Reply:
    return _hand_over("order_status", SURE, "The customer asks about an order, and we do not know who the customer is.")


def _known_reply(context: Context, question: str, language: str) -> Reply:
    match = _best(context, question, language)
    if match is None:
        return _hand_over("unknown", 0.0, "No article has any word of the question.")
    if not _is_enough(match.confidence):
        return _hand_over(
            "unknown", match.confidence, f"Nothing fits well enough; the nearest article is “{match.title}”."
        )
    intent = _INTENTS.get(match.topic, "shop_question")
    reason = f"Answered from the article “{match.title}”."
    return Reply.make(
        intent=intent,
        answer=match.answer[:900],
        citations=(match.url,) if match.url.startswith(("http://", "https://")) and len(match.url) <= 500 else (),
        confidence=match.confidence,
        reason=reason[:500],
    )


def _best(context: Context, question: str, language: str) -> knowledge.Match | None:
    """The best article in the language written, else in the customer's own, else in English."""
    best: knowledge.Match | None = None
    for code in dict.fromkeys((language, of_locale(context.locale), "en")):
        for match in knowledge.find(question, code, limit=1):
            if best is None or match.confidence > best.confidence:
                best = match
        if best and _is_enough(best.confidence):
            break
    return best


def _is_enough(confidence: float) -> bool:
    return confidence >= knowledge.ENOUGH


def _say(intent: str, answer: str, confidence: float) -> Reply:
    return Reply.make(intent=intent, answer=answer, confidence=confidence)


def _hand_over(intent: str, confidence: float, reason: str) -> Reply:
    return Reply.make(intent=intent, handoff=True, confidence=confidence, reason=reason[:500])
