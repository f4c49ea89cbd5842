"""The REST API: conversations, messages, decisions and traces, for whoever may see them."""
