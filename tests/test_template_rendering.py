"""The preview shows what the customer will see, and nothing of a template can become a page's own markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template_factories import body, buttons
from whatsapp.templates.rendering import markup, preview


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("```a *b* c```", "<code>a *b* c</code>"),
        ("`a_b_c`", "<code>a_b_c</code>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("one\ntwo\r\nthree", "one<br>two<br>three"),
        ("*<b>*", "<strong>&lt;b&gt;</strong>"),
        ("```<script>```", "<code>&lt;script&gt;</code>"),
    ],
)
def test_whatsapps_marks(text, html):
    assert str(markup(text)) == html


@given(st.text(st.sampled_from(list("*_~`<>&\"'\n ab{}1=/")), max_size=60))
def test_no_text_becomes_markup_of_its_own(text):
    allowed = r"</?(?:strong|em|s|code|br)>"
    assert not re.search(r"[<>\"']", re.sub(allowed, "", str(markup(text))))


def test_preview_shows_examples_until_values_are_given():
    components = [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["7"]}},
        {**body("Hi {{1}}, *now*."), "example": {"body_text": [["Ana"]]}},
        {"type": "FOOTER", "text": "The shop"},
        buttons({"type": "URL", "text": "Track", "url": "https://x.example/{{1}}", "example": ["https://x.example/9"]}),
    ]
    seen = preview(components)
    assert (seen.header, seen.body, seen.footer) == ("Order 7", "Hi Ana, <strong>now</strong>.", "The shop")
    assert (seen.buttons[0].does, seen.buttons[0].detail) == ("Opens", "https://x.example/9")
    seen = preview(components, {"1": "Bo", "header.1": "8", "button.0": "10"})
    assert (seen.header, seen.body) == ("Order 8", "Hi Bo, <strong>now</strong>.")
    assert seen.buttons[0].detail == "https://x.example/10"


@pytest.mark.parametrize("odd", [None, "x", [], [None, 7], [{"type": 5}], [{"type": "BODY", "text": ["x"]}],
                                 [{"type": "BUTTONS", "buttons": "x"}], [{"type": "HEADER", "format": 7}],
                                 [{"type": "BODY", "text": "x", "example": {"body_text": [[None]]}}]])  # fmt: skip
def test_odd_components_are_shown_as_far_as_they_go(odd):
    preview(odd)


def test_unknown_parts_are_named():
    assert preview([body("Hi."), {"type": "CAROUSEL"}]).unknown == ("CAROUSEL",)
