"""What staff say about matters that ended: kept as labels, answered in the admin, given out without numbers."""

import json

import pytest

from audit.models import Event
from conversations.models import Conversation
from handoff import desk, feedback, resolutions
from handoff.models import Rating, Resolution, ResolutionTag, Suggestion
from handoff.resolutions import Labels
from tests import factories
from tests.admin_factories import chosen, formset, page, signed_in, staff

pytestmark = pytest.mark.django_db

QUESTION = "Where is my order? Call me: +1 (555) 010-0042"


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def ended(now, ana, *, number: int = 1, body: str = QUESTION, **closing) -> Resolution:
    conversation = factories.conversation(now=now, body=body, who=factories.sender(number))
    desk.request_handoff(conversation.pk, agent=ana, explanation="", now=now)
    desk.accept(conversation.pk, agent=ana, now=now)
    desk.close(conversation.pk, agent=ana, now=factories.later(now, minutes=5), **closing)
    return Resolution.objects.get(conversation=conversation)


def test_labels_may_be_given_later_and_go_on_the_record(now, ana):
    row = ended(now, ana)
    later = factories.later(now, hours=1)
    resolutions.resolution_label(row.pk, agent=ana, now=later, labels=Labels(right_team=True, bot_could=False))
    row.refresh_from_db()
    assert (row.right_team, row.bot_could, row.right_intent, row.labelled_by, row.labelled_at) == (
        True, False, None, ana, later,
    )  # fmt: skip
    event = Event.objects.get(event_type="resolution.labelled")
    assert event.stream == row.conversation.stream
    assert event.payload["labels"] == {"right_team": True, "bot_could": False}


def test_answer_that_is_not_given_now_stays_as_it_was(now, ana):
    row = ended(now, ana, labels=Labels(right_team=True, bot_could=True))
    resolutions.resolution_label(row.pk, agent=ana, now=now, labels=Labels(better_intent="fee_dispute"))
    row.refresh_from_db()
    assert (row.right_team, row.bot_could, row.right_intent) == (True, True, False)
    assert row.better_intent == "fee_dispute"


def test_answer_given_anew_takes_back_what_contradicts_it(now, ana):
    """If this fails, an example says that it was the right team and names a better one."""
    row = ended(now, ana, labels=Labels(better_team=factories.team("returns"), better_intent="fee_dispute"))
    resolutions.resolution_label(row.pk, agent=ana, now=now, labels=Labels(right_team=True, right_intent=True))
    row.refresh_from_db()
    assert (row.right_team, row.better_team, row.right_intent, row.better_intent) == (True, None, True, "")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({"better_intent": "Fee dispute!"}, "small letters"),
        ({"right_intent": True, "better_intent": "fee_dispute"}, "Leave one of them out"),
    ],
)
def test_labels_that_cannot_be_are_refused(now, ana, labels, words):
    row = ended(now, ana)
    with pytest.raises(ValueError, match=words):
        resolutions.resolution_label(row.pk, agent=ana, now=now, labels=Labels(**labels))


def test_same_answer_twice_leaves_one_trace(now, ana):
    row = ended(now, ana)
    for _ in range(2):
        resolutions.resolution_label(row.pk, agent=ana, now=now, labels=Labels(bot_could=True))
    assert Event.objects.filter(event_type="resolution.labelled").count() == 1


def test_example_holds_what_was_asked_at_the_handoff_and_no_telephone_number(now, ana):
    row = ended(now, ana, tag="solved", labels=Labels(bot_could=True))
    Rating.objects.create(
        conversation=row.conversation, request=row.conversation.messages.first(), team_id=row.conversation.team_id,
        asked_at=row.at, rated_at=row.at, score=4, via="text",
    )  # fmt: skip
    (example,) = feedback.examples()
    assert tuple(example) == feedback.FIELDS
    assert example["question"] == "Where is my order? Call me: …42"
    assert (example["tag"], example["bot_could"], example["rating"]) == ("solved", True, 4)
    assert (example["team"], example["reason"]) == ("Support", "agent_request")


def test_words_of_before_the_last_answer_are_not_the_question(now, ana):
    row = ended(now, ana, tag="solved")
    lines = [("user", "Hello"), ("bot", "Hello! How can I help?"), ("user", "My order"), ("user", "is late")]
    payload = {"messages": [{"sender": who, "type": "text", "body": body} for who, body in lines]}
    assert feedback._words(payload) == ("My order\nis late", "Hello")
    assert feedback._words({}) == ("", "")
    assert feedback._words({"messages": payload["messages"][:2]}) == ("Hello", "")
    assert row.pk


@pytest.mark.parametrize(
    ("text", "told"),
    [("+15550100042", "…42"), ("555-010-0042", "…42"), ("(555) 010 0042.", "…42."), ("order B-10234", "order B-10234"),
     ("٠٥٥٥٠١٠٠٠٤٢", "…٤٢"), ("on 2026-11-21", "on …21"), ("3 of 5", "3 of 5"),
     ("card 4111 1111 1111 1111", "card …11")],
)  # fmt: skip
def test_numbers_are_masked_however_they_are_grouped(text, told):
    """If this fails, telephone numbers leave the house in a file (invariant 9)."""
    assert feedback.masked(text) == told


def test_matter_nobody_said_anything_about_is_no_example(now, ana):
    ended(now, ana)
    assert list(feedback.examples()) == []


def test_examples_of_before_are_left_out_and_come_in_their_order(now, ana):
    rows = [ended(factories.later(now, hours=hour), ana, number=hour, tag="solved") for hour in (1, 2, 3)]
    found = feedback.examples(factories.later(now, hours=2))
    assert [example["resolution"] for example in found] == [rows[1].pk, rows[2].pk]


def test_many_examples_cost_a_handful_of_queries(now, ana, django_assert_max_num_queries):
    for number in range(6):
        ended(now, ana, number=number, tag="solved")
    with django_assert_max_num_queries(5):
        assert len(list(feedback.examples())) == 6


# In the admin


def test_labels_are_answered_in_the_list_and_recorded(now, ana):
    row = ended(now, ana)
    helper = staff("view_resolution", "change_resolution")
    data = {
        **formset("form", 1, 1), "form-0-id": row.pk, "form-0-right_team": "unknown", "form-0-bot_could": "true",
        "form-0-right_intent": "unknown", "form-0-better_team": factories.team("returns").pk,
        "form-0-better_intent": "", "_save": "Save",
    }  # fmt: skip
    response = signed_in(helper).post(page(Resolution, "changelist"), data)
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.right_team, row.better_team.name, row.bot_could) == (False, "Returns", True)
    assert row.labelled_by == helper
    event = Event.objects.get(event_type="config.changed", stream=row.conversation.stream)
    assert set(event.payload["fields"]) == {"better_team", "bot_could"}


def test_what_ended_how_is_not_typed_over_in_the_admin(now, ana):
    row = ended(now, ana, tag="solved", resolution="Done")
    client = signed_in(staff("view_resolution", "change_resolution"))
    data = {"tag": "spam", "note": "x", "right_team": "true", "bot_could": "unknown", "right_intent": "unknown"}
    assert client.post(page(Resolution, "change", row.pk), data).status_code == 302
    row.refresh_from_db()
    assert (row.tag_id, row.note, row.right_team) == ("solved", "Done", True)


def test_contradiction_is_sent_back_by_the_admin(now, ana):
    row = ended(now, ana)
    client = signed_in(staff("view_resolution", "change_resolution"))
    data = {"right_team": "true", "better_team": factories.team().pk, "bot_could": "", "right_intent": ""}
    response = client.post(page(Resolution, "change", row.pk), data)
    assert "Leave one of them out" in response.content.decode()


@pytest.mark.parametrize("format", feedback.FORMATS)
def test_examples_are_downloaded_from_the_admin_and_that_is_recorded(now, ana, format):
    rows = [ended(now, ana, number=number, tag="solved") for number in range(2)]
    client = signed_in(staff("view_resolution", "change_resolution"))
    response = client.post(page(Resolution, "changelist"), chosen(f"download_{format}", rows[0]))
    text = b"".join(response.streaming_content).decode()
    assert "Where is my order?" in text
    assert "0042" not in text
    if format == "jsonl":
        assert [json.loads(line)["resolution"] for line in text.splitlines()] == [rows[0].pk]
    assert Event.objects.get(event_type="feedback.exported").payload == {"format": format}


def test_tag_that_was_used_is_switched_off_and_not_deleted(now, ana):
    ended(now, ana, tag="solved")
    client = signed_in(staff("view_resolutiontag", "change_resolutiontag", "delete_resolutiontag"))
    assert client.get(page(ResolutionTag, "delete", "solved")).status_code == 403
    assert client.get(page(ResolutionTag, "changelist")).status_code == 200


@pytest.mark.parametrize("model", [Rating, Suggestion, Resolution])
def test_pages_of_the_admin_open_for_who_may_look_and_for_nobody_else(now, ana, model):
    row = ended(now, ana, tag="solved")
    Suggestion.objects.create(conversation=row.conversation, asked_by=ana, at=now, body="Words of a customer's")
    name = model._meta.model_name
    client = signed_in(staff(f"view_{name}"))
    response = client.get(page(model, "changelist"))
    assert response.status_code == 200
    assert "Words of a customer's" not in response.content.decode()
    assert signed_in(staff(username="stranger")).get(page(model, "changelist")).status_code == 403
    assert Conversation.objects.count() == 1
