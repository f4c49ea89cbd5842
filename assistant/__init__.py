"""Floor 4: the bot's mind. It returns a `Reply` and never sends."""
