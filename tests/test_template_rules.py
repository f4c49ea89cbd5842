"""WhatsApp's rules for a new template, told before it is handed in; and the components that come of it."""

from dataclasses import replace

import pytest

from whatsapp.templates.draft import Draft, DraftButton, components_of, draft_of, is_writable
from whatsapp.templates.rules import faults_of

GOOD = Draft(
    name="order_update", locale="en_US", category="UTILITY", body="Hi {{1}}, order {{2}} is ready.",
    body_examples={"1": "Ana", "2": "77"}, header_kind="TEXT", header="Order {{1}}", header_examples={"1": "77"},
    footer="The shop",
    buttons=(
        DraftButton("QUICK_REPLY", "Yes"),
        DraftButton("URL", "Track", "https://shop.example/t/{{1}}", "https://shop.example/t/9"),
        DraftButton("PHONE_NUMBER", "Call", "+15550100199"),
        DraftButton("COPY_CODE", "", "SAVE20"),
    ),
)  # fmt: skip
NAMED = replace(
    GOOD, parameter_format="NAMED", body="Hi {{name}}!", body_examples={"name": "Ana"}, header="Order {{order_id}}",
    header_examples={"order_id": "77"},
)  # fmt: skip


def of(*buttons: DraftButton) -> dict:
    return {"buttons": buttons}


@pytest.mark.parametrize("draft", [GOOD, NAMED, replace(GOOD, header_kind="", header="", header_examples={})])
def test_right_draft_has_no_faults_and_survives_the_way_there_and_back(draft):
    assert faults_of(draft) == []
    components = components_of(draft)
    assert is_writable(components)
    back = draft_of(draft.name, draft.locale, draft.category, draft.parameter_format, components)
    assert components_of(back) == components
    assert back == draft


def test_components_are_as_graph_takes_them():
    assert components_of(NAMED)[:2] == [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{order_id}}",
         "example": {"header_text_named_params": [{"param_name": "order_id", "example": "77"}]}},
        {"type": "BODY", "text": "Hi {{name}}!",
         "example": {"body_text_named_params": [{"param_name": "name", "example": "Ana"}]}},
    ]  # fmt: skip
    assert components_of(GOOD)[1]["example"] == {"body_text": [["Ana", "77"]]}
    assert components_of(GOOD)[3]["buttons"][1]["example"] == ["https://shop.example/t/9"]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"name": "Order-Update"}, "name", "small letters"),
        ({"name": "x" * 513}, "name", "512"),
        ({"locale": "en-US"}, "locale", "language codes"),
        ({"category": "AUTHENTICATION"}, "category", "marketing or utility"),
        ({"parameter_format": "OTHER"}, "parameter_format", "numbered or named"),
        ({"body": "", "body_examples": {}}, "body", "empty"),
        ({"body": "x" * 1025, "body_examples": {}}, "body", "1024"),
        ({"body": "{{1}} is here"}, "body", "begin nor end"),
        ({"body": "here is {{1}}"}, "body", "begin nor end"),
        ({"body": "a {{1}}{{2}} b"}, "body", "may not touch"),
        ({"body": "a {{1}} {{2}} b"}, "body", "may not touch"),
        ({"body": "a {{1}} b {{3}} c"}, "body", "without gaps"),
        ({"body": "a {{name}} b"}, "body", "numbered"),
        ({"body": "a {{1} b"}, "body", "braces"),
        ({"body": "a\n\n\nb"}, "body", "line breaks"),
        ({"body": "a\tb"}, "body", "tabs"),
        ({"body_examples": {"1": "Ana"}}, "body_examples", "example for 2"),
        ({"body_examples": {"1": "Ana", "2": "x", "3": "y"}}, "body_examples", "no variable 3"),
        ({"header": "x" * 61, "header_examples": {}}, "header", "60"),
        ({"header": "{{1}} and {{2}}"}, "header", "one variable"),
        ({"header": "*loud*", "header_examples": {}}, "header", "no marks"),
        ({"header": "", "header_examples": {}}, "header", "empty"),
        ({"header_examples": {}}, "header_examples", "example for 1"),
        ({"header_kind": "GIF"}, "header_kind", "not known"),
        ({"header_kind": "IMAGE"}, "header_sample", "sample"),
        ({"header_kind": ""}, "header", "text header"),
        ({"footer": "Bye {{1}}"}, "footer", "no variables"),
        ({"footer": "x" * 61}, "footer", "60"),
        (of(*[DraftButton("QUICK_REPLY", f"b{n}") for n in range(11)]), "button_10", "10 buttons"),
        (of(*[DraftButton("URL", f"b{n}", "https://x.example") for n in range(3)]), "button_3", "may be 2"),
        (of(*[DraftButton("PHONE_NUMBER", f"b{n}", "+15550100199") for n in range(2)]), "button_2", "may be 1"),
        (of(DraftButton("QUICK_REPLY", "a"), DraftButton("URL", "b", "https://x.example"),
            DraftButton("QUICK_REPLY", "c")), "button_3", "stand together"),
        (of(DraftButton("QUICK_REPLY", "a"), DraftButton("QUICK_REPLY", "a")), "button_2", "same text"),
        (of(DraftButton("QUICK_REPLY", "")), "button_1", "needs a text"),
        (of(DraftButton("QUICK_REPLY", "x" * 26)), "button_1", "25"),
        (of(DraftButton("QUICK_REPLY", "a", "b")), "button_1", "text only"),
        (of(DraftButton("URL", "a", "shop.example")), "button_1", "https://"),
        (of(DraftButton("URL", "a", "http://[x")), "button_1", "https://"),
        (of(DraftButton("URL", "a", "https://{{1}}/x", "https://y/x")), "button_1", "very end"),
        (of(DraftButton("URL", "a", "https://x.example/{{1}}", "9")), "button_1", "whole address"),
        (of(DraftButton("URL", "a", "https://x.example/", "https://x.example/9")), "button_1", "Take it out"),
        (of(DraftButton("PHONE_NUMBER", "a", "555 010")), "button_1", "country code"),
        (of(DraftButton("COPY_CODE", "", "a b")), "button_1", "letters and digits"),
        (of(DraftButton("COPY_CODE", "Copy", "A1")), "button_1", "writes this button"),
        (of(DraftButton("", "Copy")), "button_1", "what the button does"),
    ],
)  # fmt: skip
def test_each_rule_names_the_field_and_the_mend(change, field, says):
    faults = faults_of(replace(GOOD, **change))
    assert any(where == field and says in words for where, words in faults), faults


def test_named_variables_have_names():
    assert faults_of(replace(NAMED, body="Hi {{1}}!", body_examples={"1": "x"}))[0][0] == "body"


FORM_BUTTON = {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "x"}]}


@pytest.mark.parametrize("part", [{"type": "CAROUSEL"}, FORM_BUTTON])
def test_what_the_form_cannot_hold_is_not_edited_in_it(part):
    """Else saving would throw it away."""
    assert not is_writable([*components_of(GOOD)[:2], part])
