"""Floor 2: the thread. Customers, conversations, messages, control, the window, intake and outbox."""
