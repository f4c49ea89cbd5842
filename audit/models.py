from typing import Any, NoReturn

from django.db import models
from django.db.models.functions import Now


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, stream: str) -> "EventQuerySet":
        """The events of one chain, oldest first."""
        return self.filter(stream=stream).order_by("seq")

    def update(self, **_: Any) -> NoReturn:
        raise TypeError("Audit events never change.")

    def delete(self) -> NoReturn:
        raise TypeError("Audit events are never deleted.")


class Event(models.Model):
    """One entry of the record. Written by `audit.record` only; a trigger refuses every change."""

    stream = models.CharField(max_length=80, help_text="What it is about, e.g. conversation:<id>")
    seq = models.PositiveBigIntegerField(help_text="Place in the stream, from 1, without gaps")
    ts = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    event_type = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    payload_digest = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_default=Now(), help_text="The database's own clock")

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="audit_event_stream_seq")]
        indexes = [models.Index(fields=["event_type", "ts"], name="audit_event_type_ts")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq} {self.event_type}"


class Head(models.Model):
    """The last link of each chain. Its row lock orders the writers of one stream."""

    stream = models.CharField(max_length=80, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    sealed_seq = models.PositiveBigIntegerField(default=0, help_text="How far the seals have seen it")

    def __str__(self) -> str:
        return f"{self.stream} at {self.seq}"


class Seal(models.Model):
    """A periodic snapshot of the heads that moved, chained to the one before.

    It catches what a single chain cannot show: a chain cut off at its end, or gone altogether.
    """

    sealed_at = models.DateTimeField()
    heads = models.JSONField(help_text="[stream, seq, hash] of each stream that grew since the last seal")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Seal {self.pk}"
