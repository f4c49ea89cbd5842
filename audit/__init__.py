"""Floor 1: the record. Append-only events in hash chains, one chain per thing they are about."""
