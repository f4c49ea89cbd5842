"""Linden & Co., the invented shop of the demo: home goods, a knowledge base in six languages, and some orders."""

from dataclasses import dataclass

from django.db import transaction

from assistant.demo_data import english, others
from assistant.demo_data.orders import ORDERS, TRACK
from assistant.models import Article
from conversations.models import Topic

SHOP = "Linden & Co."
_HELP = "https://shop.example/help/"


@dataclass(frozen=True, slots=True)
class DemoArticle:
    slug: str
    language: str
    topic: str
    title: str
    answer: str
    keywords: str
    url: str


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """`customer` is the demo customer's key; days are counted from the day of seeding."""

    number: str
    customer: str
    status: str
    items: str
    days_ago: int
    expected_in_days: int | None
    tracking_url: str


def demo_articles() -> list[DemoArticle]:
    """The knowledge base of the demo shop, all languages."""
    shelves = {
        "en": english.ARTICLES,
        "es": others.SPANISH,
        "pt": others.PORTUGUESE,
        "ar": others.ARABIC,
        "hi": others.HINDI,
        "id": others.INDONESIAN,
    }
    return [_article(language, row) for language, rows in shelves.items() for row in rows]


def _article(language: str, row: tuple[str, str, str, str, str]) -> DemoArticle:
    slug, topic, title, answer, keywords = row
    url = f"{_HELP}{slug}" if language == "en" else f"{_HELP}{language}/{slug}"
    return DemoArticle(slug, language, topic, title, answer, keywords, url)


def demo_orders() -> list[DemoOrder]:
    """The orders of the demo's customers."""
    return [
        DemoOrder(number, customer, status, items, days_ago, expected, f"{TRACK}{number}" if tracked else "")
        for number, customer, status, items, days_ago, expected, tracked in ORDERS
    ]


@transaction.atomic
def load_articles() -> int:
    """Write the demo's articles, or bring them back to how they were; returns how many. Safe to run again.

    A topic that is not there is left empty.
    """
    topics = set(Topic.objects.values_list("code", flat=True))
    articles = demo_articles()
    for article in articles:
        Article.objects.update_or_create(
            slug=article.slug,
            language=article.language,
            defaults={
                "title": article.title,
                "answer": article.answer,
                "keywords": article.keywords,
                "url": article.url,
                "topic_id": article.topic if article.topic in topics else None,
                "is_published": True,
            },
        )
    return len(articles)
