"""Files of messages: brought from the provider and kept, or uploaded at the desk and sent."""
