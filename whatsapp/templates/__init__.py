"""WhatsApp-approved messages: kept level with the provider, chosen, filled in, shown, written, handed in."""
