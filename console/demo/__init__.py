"""The demo shop: invented people, orders and conversations in every state, made by the product's own functions."""
