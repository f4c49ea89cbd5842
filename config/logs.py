"""Logs: who read them is anybody's guess, so a phone number never stands there in clear (invariant 9)."""

import logging
import re

#: Eight digits or more in a row, as phone numbers are written; ids of ours are UUIDs or shorter.
_NUMBER = re.compile(r"(?<![\w-])\+?\d{8,15}(?![\w-])")


class RedactPhoneNumbers(logging.Filter):
    """Masks all but the last two digits of anything that looks like a phone number."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        masked = _NUMBER.sub(lambda match: "…" + match.group()[-2:], text)
        if masked != text:
            record.msg, record.args = masked, None
        return True
