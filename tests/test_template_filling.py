"""A filled template: what is sent and what we say was sent are the same words; no refusal is left to WhatsApp."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations import content
from tests import template_factories as make
from tests.template_factories import body, buttons, unsaved
from whatsapp.models import Attachment
from whatsapp.templates.filling import FILE_PLACE, attachment_of, fields_of, fill
from whatsapp.templates.refusals import TemplateRefused

QUICK = {"type": "QUICK_REPLY", "text": "Yes"}
LINK = {"type": "URL", "text": "Track", "url": "https://shop.example/t/{{1}}", "example": ["https://shop.example/t/9"]}
FIXED_LINK = {"type": "URL", "text": "Shop", "url": "https://shop.example"}
PHONE = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550100199"}
CODE = {"type": "COPY_CODE", "text": "Copy offer code", "example": ["SAVE20"]}
PLACE = {"latitude": 52.5, "longitude": 13.4, "name": "Shop", "address": "Main Street 1"}


def header(kind: str, **more) -> dict:
    return {"type": "HEADER", "format": kind, **more}


def refused(template, params) -> str:
    with pytest.raises(TemplateRefused) as caught:
        fill(template, params)
    assert caught.value.code == "template_params"
    return caught.value.words


def test_positional_template_whole():
    template = unsaved(
        header("TEXT", text="Order {{1}}"), body("Hi {{1}}, order {{2}} is ready."),
        {"type": "FOOTER", "text": "The shop"}, buttons(LINK, PHONE, CODE, QUICK),
    )  # fmt: skip
    names = [field.name for field in fields_of(template)]
    assert names == ["header.1", "1", "2", "button.0", "button.2", "button.3"]
    filled = fill(template, ["7", "Ana", "number 7", "abc", "SAVE20"])
    assert filled.text == (
        "Order 7\n\nHi Ana, order number 7 is ready.\n\nThe shop\n\n"
        "[Track] https://shop.example/t/abc\n[Call] +15550100199\n[Copy offer code] SAVE20\n[Yes]"
    )
    text = {"type": "text"}
    assert filled.components == (
        {"type": "header", "parameters": [text | {"text": "7"}]},
        {"type": "body", "parameters": [text | {"text": "Ana"}, text | {"text": "number 7"}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [text | {"text": "abc"}]},
        {"type": "button", "sub_type": "copy_code", "index": "2",
         "parameters": [{"type": "coupon_code", "coupon_code": "SAVE20"}]},
    )  # fmt: skip
    content.check(filled)


def test_named_template_names_its_parameters():
    template = unsaved(body("Hi {{first_name}}, it is {{order_id}}."), named=True)
    filled = fill(template, {"order_id": 77, "first_name": "Ana"})
    assert filled.text == "Hi Ana, it is 77."
    assert filled.components[0]["parameters"] == [
        {"type": "text", "text": "Ana", "parameter_name": "first_name"},
        {"type": "text", "text": "77", "parameter_name": "order_id"},
    ]


def test_template_without_variables_has_no_components():
    filled = fill(unsaved(body("Ready."), buttons(FIXED_LINK, QUICK)), [])
    assert (filled.components, filled.text) == ((), "Ready.\n\n[Shop] https://shop.example\n[Yes]")


def test_variable_used_twice_is_given_once():
    filled = fill(unsaved(body("So {{1}}, yes {{1}}!")), ["Ana"])
    assert filled.text == "So Ana, yes Ana!"
    assert len(filled.components[0]["parameters"]) == 1


def test_value_that_looks_like_a_variable_stays_a_value():
    assert fill(unsaved(body("A {{1}} and {{2}}.")), ["{{2}}", "x"]).text == "A {{2}} and x."


def test_tenth_variable_comes_after_the_ninth():
    """Sorted as words, 10 would stand before 2 and every value in the wrong place."""
    text = "a " + " b ".join(f"{{{{{n}}}}}" for n in range(1, 12)) + "."
    filled = fill(unsaved(body(text)), [f"v{n}" for n in range(1, 12)])
    assert [one["text"] for one in filled.components[0]["parameters"]] == [f"v{n}" for n in range(1, 12)]


def test_money_and_dates_read_as_their_fallback():
    money = {"type": "currency", "currency": {"fallback_value": "10.00 €", "code": "EUR", "amount_1000": 10000}}
    date = {"type": "date_time", "date_time": {"fallback_value": "21 November"}}
    filled = fill(unsaved(body("Pay {{1}} by {{2}}.")), [money, date])
    assert filled.text == "Pay 10.00 € by 21 November."
    assert filled.components[0]["parameters"] == [money, date]


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "image", "image": {}},
        {"type": "currency"},
        {"type": "currency", "currency": {"fallback_value": "1", "code": "euro", "amount_1000": 1}},
        {"type": "currency", "currency": {"fallback_value": "1", "code": "EUR", "amount_1000": 1.5}},
        {"type": "date_time", "date_time": {"fallback_value": ""}},
        {"type": ["x"]},
        ["x"],
        True,
    ],
)
def test_what_is_no_words_is_refused(odd):
    assert "Text {{1}}" in refused(unsaved(body("Pay {{1}}.")), {"1": odd})


@pytest.mark.parametrize(
    ("value", "mend"),
    [
        ("", "Fill it in"),
        ("   ", "Fill it in"),
        (None, "Fill it in"),
        ("a\nb", "on one line"),
        ("a\tb", "on one line"),
        ("a    b", "Take some out"),
        ("x" * 1025, "Shorten it"),
        ("a\x00b", "Write it anew"),
    ],
)
def test_value_that_whatsapp_would_refuse_is_refused_with_the_mend(value, mend):
    words = refused(unsaved(body("Hi {{1}}.")), {"1": value})
    assert mend in words
    assert "{{1}}" in words


def test_filled_text_may_not_grow_too_long():
    """Each value is short enough, all together are not (132005)."""
    template = unsaved(body("{{1}}, {{2}}" + "x" * 900))
    assert "1024" in refused(template, ["y" * 100, "z" * 100])
    assert "60" in refused(unsaved(header("TEXT", text="For {{1}}"), body("Hi.")), ["y" * 60])


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ([], "needs 2"),
        (["a"], "needs 2 (in order: 1, 2)"),
        (["a", "b", "c"], "3 values"),
        ({"1": "a"}, "Text {{2}} is empty"),
        ({"1": "a", "2": "b", "3": "c"}, "no field 3; the template's fields are: 1, 2"),
        ("ab", "a list, or an object"),
        (None, "a list, or an object"),
        (5, "a list, or an object"),
    ],
)
def test_missing_and_extra_values_are_named(params, says):
    assert says in refused(unsaved(body("A {{1}} b {{2}}.")), params)


def test_all_faults_are_told_at_once():
    words = refused(unsaved(body("A {{1}} b {{2}}.")), {"1": "a\n", "2": ""})
    assert "{{1}}" in words
    assert "{{2}}" in words


@pytest.mark.parametrize(
    ("button", "value", "says"),
    [
        (LINK, "a b", "no spaces"),
        (LINK, "x" * 2001, "2000"),
        (CODE, "SAVE 20", "letters, digits"),
        (CODE, "x" * 16, "15"),
        (QUICK, "x" * 257, "256"),
    ],
)
def test_button_values_are_checked(button, value, says):
    assert says in refused(unsaved(body("Hi."), buttons(button)), {"button.0": value})


def test_payload_of_an_answer_is_optional_and_invisible():
    template = unsaved(body("Hi."), buttons(QUICK))
    filled = fill(template, {"button.0": "said-yes"})
    assert filled.components[0]["parameters"] == [{"type": "payload", "payload": "said-yes"}]
    assert filled.text == fill(template, []).text == "Hi.\n\n[Yes]"


def test_form_button_goes_out_without_being_asked_for():
    """Graph refuses a template with a form whose button is left out."""
    filled = fill(unsaved(body("Hi."), buttons({"type": "FLOW", "text": "Open"})), [])
    assert filled.components[0]["parameters"] == [{"type": "action", "action": {"flow_token": "unused"}}]


def test_one_time_code_goes_as_the_address_end():
    template = unsaved(body("{{1}} is your code."), buttons({"type": "OTP", "text": "Copy code"}))
    filled = fill(template, ["123456", "123456"])
    assert filled.components[1]["sub_type"] == "url"
    assert filled.text == "123456 is your code.\n\n[Copy code] 123456"


def test_location_header():
    template = unsaved(header("LOCATION"), body("Come by."))
    filled = fill(template, [PLACE])
    assert filled.components[0]["parameters"] == [{"type": "location", "location": PLACE}]
    assert filled.text == "[Location] Shop\n\nCome by."
    for odd in ({}, PLACE | {"latitude": 91}, PLACE | {"latitude": "north"}, PLACE | {"name": ""}, "here"):
        assert "Header location" in refused(template, {"header.location": odd})


@pytest.mark.parametrize(
    "components",
    [
        [body("Hi."), {"type": "CAROUSEL", "cards": []}],
        [body("Hi."), {"type": "LIMITED_TIME_OFFER"}],
        [header("GIF"), body("Hi.")],
        [body("Hi."), buttons({"type": "MPM", "text": "See"})],
        [],
        "words",
    ],
)
def test_parts_that_cannot_be_filled_are_refused_not_left_out(components):
    """A carousel without its cards would be refused by WhatsApp, or worse, sent."""
    template = unsaved()
    template.components = components
    with pytest.raises(TemplateRefused) as caught:
        fill(template, [])
    assert caught.value.code == "template_unsupported"


# Files in the header


@pytest.fixture
def stored(db, now):
    def make_one(mime="application/pdf", size=1000, state="stored", **more):
        return Attachment.objects.create(
            channel=make.channel(now=now), kind="document", mime_type=mime, size=size, state=state,
            filename="invoice.pdf", created_at=now, **more,
        )  # fmt: skip

    return make_one


def test_document_in_the_header(stored):
    template, file = unsaved(header("DOCUMENT"), body("Your invoice.")), stored()
    filled = fill(template, {"header.document": file.pk})
    assert filled.components[0]["parameters"] == [
        {"type": "document", "document": {"id": FILE_PLACE, "filename": "invoice.pdf"}}
    ]
    assert filled.text == "[Document] invoice.pdf\n\nYour invoice."
    assert attachment_of(template, [str(file.pk)]) == file


@pytest.mark.parametrize(
    ("kind", "facts", "says"),
    [
        ("IMAGE", {}, "application/pdf does not go there"),
        ("IMAGE", {"mime": "image/webp"}, "does not go there"),
        ("IMAGE", {"mime": "image/png", "size": 6_000_000}, "larger"),
        ("DOCUMENT", {"state": "fetching"}, "no stored file"),
        ("VIDEO", {"mime": ""}, "unknown type"),
    ],
)
def test_file_that_does_not_go_there_is_refused(stored, kind, facts, says):
    assert says in refused(unsaved(header(kind), body("Hi.")), [stored(**facts).pk])


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["x", -1, 1.5, True, "9" * 30, {"id": 1}, 999999])
def test_what_is_no_file_is_refused(odd):
    assert "Header image" in refused(unsaved(header("IMAGE"), body("Hi.")), {"header.image": odd})


# What is kept is what is sent

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=20)
fixed = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}"), min_size=1, max_size=20)


@st.composite
def templates(draw):
    """A template with numbered variables in header, body and an address, and a value for each."""
    count = draw(st.integers(0, 6))
    order = draw(st.permutations(range(1, count + 1)))
    text = "." + "".join(draw(fixed) + f"{{{{{n}}}}}" for n in order) + draw(fixed)
    in_header = draw(st.booleans())
    head = header("TEXT", text=draw(fixed)[:10] + ("{{1}}" if in_header else ""))
    link = draw(st.sampled_from([LINK, FIXED_LINK]))
    footer = {"type": "FOOTER", "text": draw(fixed)}
    wanted = count + in_header + (link is LINK)
    values = draw(st.lists(words, min_size=wanted, max_size=wanted))
    return [head, body(text), footer, buttons(QUICK, link)], values


@settings(max_examples=200, deadline=None)
@given(templates())
def test_text_is_the_rendering_of_components_and_parameters(case):
    """Put together anew, by other means: from what Graph has and what Graph is sent."""
    components, values = case
    filled = fill(unsaved(*components), values)
    sent = {part.get("index", part["type"]): [one["text"] for one in part["parameters"]] for part in filled.components}

    def shown(text: str, parameters: list[str]) -> str:
        pieces = re.split(r"\{\{(\d+)\}\}", text)
        return "".join(parameters[int(piece) - 1] if place % 2 else piece for place, piece in enumerate(pieces))

    head, text, footer, tail = components
    link = tail["buttons"][1]
    assert filled.text == "\n\n".join([
        shown(head["text"], sent.get("header", [])), shown(text["text"], sent.get("body", [])), footer["text"],
        f"[Yes]\n[{link['text']}] {shown(link['url'], sent.get('1', []))}",
    ])  # fmt: skip
    assert [value for part in sent.values() for value in part] == values


def test_twilios_own_file_is_not_asked_for_and_its_open_payload_is():
    """There a file can belong to the template itself, and an answer's payload can hold a variable."""
    link = "https://shop.example/a.png"
    template = unsaved(header("IMAGE", twilio_media=link), body("Hi."), buttons({**QUICK, "variables": ["1"]}))
    assert [field.name for field in fields_of(template)] == ["button.0"]
    assert fill(template, ["yes"]).text == "[Image]\n\nHi.\n\n[Yes]"
    open_link = unsaved(header("IMAGE", twilio_media="https://shop.example/{{1}}", variables=["2"]), body("Hi."))
    assert [field.name for field in fields_of(open_link)] == ["header.image"]
