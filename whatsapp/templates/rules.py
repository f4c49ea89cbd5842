"""What WhatsApp demands of a template before it looks at it (Meta, WhatsApp docs, "Template components").

Told here at once and in words, instead of by a rejection a day later.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from urllib.parse import urlsplit

from whatsapp.templates.draft import BUTTON_KINDS, HEADER_KINDS, MOST_BUTTONS, Draft, DraftButton
from whatsapp.templates.locales import WHATSAPP_LOCALES
from whatsapp.templates.parts import MEDIA_FORMATS, VARIABLE, variables

LONGEST = {"name": 512, "header": 60, "body": 1024, "footer": 60, "button": 25, "url": 2000, "phone": 20, "code": 15}
MOST_OF_KIND = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
CATEGORIES = ("MARKETING", "UTILITY")
#: A field of the form, and what is wrong with it.
Fault = tuple[str, str]


def faults_of(draft: Draft) -> list[Fault]:
    """Everything WhatsApp would refuse, each with the field it belongs to and the mend; empty when all is well.

    Fields are named as in Draft; a button's is `button_1` to `button_10`, examples are `header_examples` and
    `body_examples`.
    """
    return [*_names(draft), *_header(draft), *_body(draft), *_footer(draft), *_buttons(draft)]


def _names(draft: Draft) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9_]{1,512}", draft.name):
        yield "name", "A name has small letters a to z, digits and _ only, 512 at most; such as order_update."
    if draft.locale not in WHATSAPP_LOCALES:
        yield "locale", "This is none of WhatsApp's language codes. Choose one of its list, such as en_US."
    if draft.category not in CATEGORIES:
        yield "category", "Choose marketing or utility. WhatsApp writes authentication templates itself."
    if draft.parameter_format not in ("POSITIONAL", "NAMED"):
        yield "parameter_format", "Variables are either numbered or named."


def _header(draft: Draft) -> Iterator[Fault]:
    if draft.header_kind not in HEADER_KINDS:
        yield "header_kind", "This kind of header is not known."
    if draft.header_kind in MEDIA_FORMATS and not draft.header_handle:
        yield "header_sample", "WhatsApp wants a sample of the file before it approves. Choose one."
    if draft.header_kind != "TEXT":
        if draft.header:
            yield "header", "Only a text header has words. Choose the kind “Text”, or take the words out."
        return
    yield from _length("header", draft.header, required=True)
    if "\n" in draft.header or re.search(r"[*_~`]", VARIABLE.sub("", draft.header)):
        yield "header", "A header stands on one line and takes no marks like * _ ~ or `."
    if len(variables(draft.header)) > 1:
        yield "header", "A header has one variable at most."
    yield from _variables("header", draft.header, draft)
    yield from _examples("header", draft.header, draft.header_examples)


def _body(draft: Draft) -> Iterator[Fault]:
    yield from _length("body", draft.body, required=True)
    if "\t" in draft.body or re.search(r" {5,}", draft.body):
        yield "body", "The text holds no tabs and no more than four spaces in a row."
    if re.search(r"(?:\r?\n){3,}", draft.body):
        yield "body", "Two line breaks in a row are the most; leave out the further empty lines."
    bare = draft.body.strip()
    if bare and (VARIABLE.match(bare) or _ends_with_variable(bare)):
        yield "body", "The text may neither begin nor end with a variable. Put words before and after."
    if re.search(VARIABLE.pattern + r"\s*" + VARIABLE.pattern, draft.body):
        yield "body", "Two variables may not touch. Put words or punctuation between them."
    yield from _variables("body", draft.body, draft)
    yield from _examples("body", draft.body, draft.body_examples)


def _ends_with_variable(text: str) -> bool:
    return bool(re.search(VARIABLE.pattern + r"$", text))


def _footer(draft: Draft) -> Iterator[Fault]:
    yield from _length("footer", draft.footer, required=False)
    if "{{" in draft.footer or "\n" in draft.footer:
        yield "footer", "A footer stands on one line and has no variables."


def _variables(where: str, text: str, draft: Draft) -> Iterator[Fault]:
    """Numbered from 1 without gaps, or named; nothing that only looks like a variable."""
    names = variables(text)
    if re.search(r"\{\{|\}\}", VARIABLE.sub("", text)):
        yield where, "A variable is written {{1}} or {{order_id}}: this has braces that are none."
    if draft.parameter_format == "NAMED":
        odd = [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]
        if odd:
            yield where, f"Names of variables have small letters, digits and _ and begin with a letter; not: {odd[0]}."
    elif names != [str(number) for number in range(1, len(names) + 1)]:
        yield where, "Variables are numbered {{1}}, {{2}}, … without gaps. Or choose named variables."


def _examples(where: str, text: str, examples: Mapping[str, str]) -> Iterator[Fault]:
    missing = [name for name in variables(text) if not examples.get(name, "").strip()]
    extra = sorted(set(examples) - set(variables(text)))
    if missing:
        yield f"{where}_examples", f"WhatsApp wants an example for {', '.join(missing)}."
    if extra:
        yield f"{where}_examples", f"There is no variable {', '.join(extra)}. Take its example out."


def _length(where: str, text: str, *, required: bool) -> Iterator[Fault]:
    if required and not text.strip():
        yield where, "It is empty. Write something."
    if len(text) > LONGEST[where]:
        yield where, f"It has {len(text)} characters; WhatsApp takes {LONGEST[where]}. Shorten it."


def _buttons(draft: Draft) -> Iterator[Fault]:
    if len(draft.buttons) > MOST_BUTTONS:
        yield "button_10", f"WhatsApp shows {MOST_BUTTONS} buttons at most."
    for number, button in enumerate(draft.buttons, 1):
        yield from ((f"button_{number}", words) for words in _button(button))
    yield from _together(draft.buttons)


def _together(buttons: tuple[DraftButton, ...]) -> Iterator[Fault]:
    last = f"button_{len(buttons)}"
    kinds = [button.kind for button in buttons]
    for kind, most in MOST_OF_KIND.items():
        if kinds.count(kind) > most:
            yield last, f"Of the kind “{BUTTON_KINDS[kind]}” there may be {most}."
    answers = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(a != b for a, b in pairwise(answers)) > 1:
        yield last, "Answers to tap stand together, before or after all other buttons."
    texts = [button.text for button in buttons if button.text]
    if len(set(texts)) < len(texts):
        yield last, "Two buttons have the same text. Each needs its own."


def _button(button: DraftButton) -> Iterator[str]:
    if button.kind not in BUTTON_KINDS:
        yield "Choose what the button does."
        return
    if button.kind != "COPY_CODE":
        yield from _button_text(button.text)
    checks = {"URL": _url, "PHONE_NUMBER": _phone, "COPY_CODE": _code, "QUICK_REPLY": _answer}
    yield from checks[button.kind](button)


def _button_text(text: str) -> Iterator[str]:
    if not text.strip():
        yield "The button needs a text."
    if len(text) > LONGEST["button"]:
        yield f"The button's text has {len(text)} characters; WhatsApp takes {LONGEST['button']}."
    if re.search(r"\{\{|\}\}|\n", text):
        yield "A button's text has no variables and no line breaks."


def _answer(button: DraftButton) -> Iterator[str]:
    if button.value or button.example:
        yield "An answer to tap has a text only. Take the rest out."


def _url(button: DraftButton) -> Iterator[str]:
    parts = _split(button.value)
    if not parts or len(button.value) > LONGEST["url"] or re.search(r"\s", VARIABLE.sub("", button.value)):
        yield "Give an address that starts with https://, 2000 characters at most."
    names = variables(button.value)
    if len(names) > 1 or (names and not _ends_with_variable(button.value)):
        yield "An address has one variable at most, at its very end."
    if names and not (button.example.startswith(VARIABLE.split(button.value)[0]) and _split(button.example)):
        yield "Give an example: the whole address as it will be, with the variable's place filled."
    if not names and button.example:
        yield "Only an address with a variable needs an example. Take it out."


def _split(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and "{" not in parts.netloc


def _phone(button: DraftButton) -> Iterator[str]:
    if not re.fullmatch(r"\+[0-9]{4,19}", button.value):
        yield "Give the number with + and country code, digits only, such as +15550100199."


def _code(button: DraftButton) -> Iterator[str]:
    if button.text:
        yield "WhatsApp writes this button's text itself. Take yours out."
    if not re.fullmatch(r"[A-Za-z0-9]{1,15}", button.value):
        yield "Give an example of the code: 1 to 15 letters and digits."
