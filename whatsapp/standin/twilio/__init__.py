"""A stand-in for Twilio: its messages, contents, media and webhooks, for tests and trials on one machine."""
