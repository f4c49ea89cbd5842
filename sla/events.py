"""What this floor puts on the record, in plain words."""

from audit.registry import register

STARTED = register("clock.started", "Promised a {metric} by {due_at} ({why})")
MET = register("clock.met", "The {metric} promise ended: answered at {met_at}, due at {due_at}")
BREACHED = register("clock.breached", "The {metric} promise was missed at {breached_at}")
CANCELLED = register("clock.cancelled", "The {metric} promise was called off: {why}")
