"""Floor 7: what people see. Pages, doorbell, REST API, phone simulator."""
