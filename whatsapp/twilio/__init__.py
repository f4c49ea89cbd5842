"""WhatsApp through Twilio: the forms it posts to us, the requests we send it."""
