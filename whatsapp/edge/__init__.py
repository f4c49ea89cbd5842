"""The inbound edge, one module per provider; `whatsapp.webhook` is its door."""
