"""Reading a request's body: JSON in UTF-8, of a sane size and depth."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from console.api.errors import TooLarge

#: The longest text WhatsApp takes is 4,096 characters; escaped, with everything around it, this is ample.
LARGEST_BODY = 256 * 1024


class JSONParser(BaseParser):
    """Stricter than the framework's: bounded, UTF-8 only, and no number or nesting can make it fall over."""

    media_type = "application/json"

    def parse(self, stream: Any, *_: Any, **__: Any) -> Any:
        """Raises TooLarge (413) and ParseError (400)."""
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"The body is larger than {LARGEST_BODY // 1024} KB.")
        try:
            return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number.")
