"""A stand-in for WhatsApp and Meta's Graph server, for the demo and the tests. In memory, on this machine only."""
