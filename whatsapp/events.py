"""What this floor puts on the record, in plain words."""

from audit.registry import register

CHANNEL_ADDED = register("channel.added", "The number {name} was added ({provider})")
UPDATE_FAILED = register("update.failed", "An update could not be taken in and was kept: {why}")
