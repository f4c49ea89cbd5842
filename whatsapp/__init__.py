"""Floor 6: the channel. Webhooks in, deliveries out, one adapter per provider."""
