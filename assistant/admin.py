from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db import models

from assistant.models import Article, Order
from audit.admin import RecordedAdmin

#: An address typed without a scheme is meant as https.
_HTTPS: "Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]" = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Article)
class ArticleAdmin(RecordedAdmin):
    list_display = ("title", "language", "topic", "is_published", "slug")
    list_editable = ("is_published",)
    list_filter = ("language", "topic", "is_published")
    search_fields = ("title", "keywords", "answer", "slug")
    prepopulated_fields = {"slug": ("title",)}
    list_select_related = ("topic",)
    formfield_overrides = _HTTPS


@admin.register(Order)
class OrderAdmin(RecordedAdmin):
    list_display = ("number", "customer", "status", "items", "placed_on", "expected_on")
    list_filter = ("status", "placed_on")
    search_fields = ("number", "items", "customer__name", "customer__external_ref")
    raw_id_fields = ("customer",)
    date_hierarchy = "placed_on"
    list_select_related = ("customer",)
    formfield_overrides = _HTTPS
