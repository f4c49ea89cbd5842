"""The demo shop's knowledge base, one module per language, and its orders: data only."""
