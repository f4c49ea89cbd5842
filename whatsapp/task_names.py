"""Tasks of this package that others in it wake by name, without importing what they do."""

INGEST = "whatsapp.ingest"
#: (channel id[, when it was asked for]): brings the message templates level with the provider.
SYNC_TEMPLATES = "whatsapp.sync_templates"
