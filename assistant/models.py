from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from conversations.models import Customer, Topic


class Article(models.Model):
    """One page of the knowledge base: what the offline engine may answer from."""

    class Language(models.TextChoices):
        ENGLISH = "en"
        SPANISH = "es"
        PORTUGUESE = "pt"
        ARABIC = "ar"
        HINDI = "hi"
        INDONESIAN = "id"

    slug = models.SlugField(max_length=100)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    title = models.CharField(max_length=200)
    answer = models.TextField(max_length=900, help_text="What the customer is told, word for word")
    keywords = models.TextField(blank=True, help_text="Other words customers use for this, separated by spaces")
    url = models.URLField(blank=True, help_text="Where the customer can read more")
    topic = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, blank=True)
    is_published = models.BooleanField(default=True)
    #: Kept by a trigger in the database, in the article's own language (see the migration).
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="article_slug_language")]
        indexes = [GinIndex(fields=["search"], name="article_search")]
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Order(models.Model):
    """An order of the shop, as far as the assistant may speak about it."""

    class Status(models.TextChoices):
        PAID = "paid", "being prepared"
        SHIPPED = "shipped", "on its way"
        DELIVERED = "delivered", "delivered"
        CANCELLED = "cancelled", "cancelled"
        RETURNED = "returned", "returned"

    number = models.CharField(max_length=32, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    status = models.CharField(max_length=16, choices=Status)
    items = models.CharField(max_length=300)
    placed_on = models.DateField()
    expected_on = models.DateField(null=True, blank=True)
    tracking_url = models.URLField(blank=True)

    class Meta:
        ordering = ["-placed_on", "-id"]

    def __str__(self) -> str:
        return self.number
