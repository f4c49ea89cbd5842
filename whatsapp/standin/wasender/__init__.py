"""A stand-in for WASenderApi: its API, its limits, its encrypted files and its webhooks, for tests and trials.

    python -m whatsapp.standin.wasender --port 8002 --baton-url http://127.0.0.1:8000

It listens on 127.0.0.1 and asks for no password at its own doors under /standin/.
"""
