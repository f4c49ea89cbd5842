"""The verbs over HTTP: they do what the desk does, refuse in words, and write once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from config import clock
from conversations import transcript
from conversations.models import Conversation, Message
from conversations.states import State
from handoff import desk, phone_app
from handoff.models import Handoff
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)

pytestmark = pytest.mark.django_db

FETCH = {"X-Baton": "fetch"}


@pytest.fixture
def channel():
    return make_channel()


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


@pytest.fixture
def colleague():
    return make_agent("sam", "Orders", first_name="Sam", last_name="Oak")


def post(client, name, conversation, **data):
    return client.post(reverse(f"console:{name}", args=[conversation.pk]), data, headers=FETCH)


def reply(client, conversation, body="Hello Ana", **data):
    return post(client, "write", conversation, **{"kind": "reply", "body": body, **data})


def replies(conversation):
    return conversation.messages.filter(sender=Message.Sender.HUMAN, type=Message.TEXT)


def refused(response, code, words):
    assert response.status_code == 409
    assert response.json()["code"] == code
    assert words in response.json()["words"]


def test_whole_journey(client, agent, channel):
    conversation = customer_writes(channel)
    assert post(client, "call_person", conversation, explanation="Angry").status_code == 204
    assert Handoff.objects.get().explanation == "Angry"
    assert post(client, "accept", conversation).status_code == 204
    assert reply(client, conversation).status_code == 204
    assert replies(conversation).get().body == "Hello Ana"
    assert post(client, "give_back", conversation, context="Refund agreed").status_code == 204
    assert Handoff.objects.get().return_context == "Refund agreed"
    assert post(client, "take_over", conversation).status_code == 204
    assert post(client, "close", conversation, resolution="Refunded").status_code == 204
    conversation.refresh_from_db()
    assert (conversation.state, conversation.resolution) == (State.CLOSED, "Refunded")


def test_second_to_accept_is_told_who_was_first(client, agent, colleague, channel):
    conversation = waiting(channel, agent)
    desk.accept(conversation.pk, agent=colleague, now=clock.now())
    refused(post(client, "accept", conversation), "already_taken", "Sam Oak has already accepted")


def test_reply_needs_the_conversation_in_hand(client, agent, colleague, channel):
    refused(reply(client, held(channel, colleague)), "not_in_control", "Sam Oak does")
    assert not Message.objects.filter(author=agent).exists()


def test_reply_after_the_window_is_refused(client, agent, channel):
    conversation = held(channel, agent, now=clock.now() - timedelta(hours=25))
    refused(reply(client, conversation), "window_closed", "24-hour window is closed")


def test_closed_conversation_refuses_verbs(client, agent, channel):
    conversation = held(channel, agent)
    desk.close(conversation.pk, agent=agent, now=clock.now())
    for name in ("accept", "take_over", "call_person", "give_back", "close"):
        refused(post(client, name, conversation), "closed", "is closed")


def test_return_of_what_the_assistant_holds_is_refused(client, agent, channel):
    refused(post(client, "give_back", customer_writes(channel)), "not_waiting", "the assistant holds")


def test_refusal_of_a_plain_form_is_a_message_on_the_page(client, agent, colleague, channel):
    """Without scripts the words must still reach the person."""
    conversation = held(channel, colleague)
    url = reverse("console:write", args=[conversation.pk])
    response = client.post(url, {"kind": "reply", "body": "Hello"}, follow=True)
    assert response.redirect_chain == [(reverse("console:conversation", args=[conversation.pk]), 302)]
    assert "You do not hold this conversation: Sam Oak does." in response.text


def test_same_token_writes_once(client, agent, channel):
    """A double click, or a retry after an answer that was lost on its way, must not write to the customer twice."""
    conversation = held(channel, agent)
    token = str(uuid4())
    assert [reply(client, conversation, token=token).status_code for _ in range(3)] == [204, 204, 204]
    assert replies(conversation).get().metadata["client_token"] == token


def test_token_of_one_text_does_not_swallow_another(client, agent, channel):
    """A page that reuses its token by mistake must hear of it: the second text was not written."""
    conversation = held(channel, agent)
    token = str(uuid4())
    assert reply(client, conversation, body="One", token=token).status_code == 204
    refused(reply(client, conversation, body="Two", token=token), "key_reused", "another message")


def test_other_token_or_other_agent_writes_again(client, agent, colleague, channel):
    conversation = held(channel, agent)
    token = str(uuid4())
    reply(client, conversation, token=token)
    reply(client, conversation, token=str(uuid4()))
    client.force_login(colleague)
    post(client, "write", conversation, kind="note", body="Mine", token=token)
    assert replies(conversation).count() == 2
    assert conversation.messages.filter(author=colleague).count() == 1


def test_refused_token_is_not_used_up(client, agent, channel):
    conversation = waiting(channel, agent)
    token = str(uuid4())
    assert reply(client, conversation, token=token).status_code == 409
    post(client, "accept", conversation)
    assert reply(client, conversation, token=token).status_code == 204
    assert replies(conversation).count() == 1


def test_note_is_never_a_reply(client, agent, colleague, channel):
    conversation = held(channel, colleague)
    assert post(client, "write", conversation, kind="note", body="Be gentle").status_code == 204
    note = conversation.messages.get(type=Message.NOTE)
    assert (note.body, note.status, note.author) == ("Be gentle", "internal", agent)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "reply", "body": "  \n "}, "the message is empty"),
        ({"kind": "reply", "body": "\x00"}, "the message is empty"),
        ({"kind": "reply", "body": "x" * 4097}, "at most 4096"),
        ({"kind": "shout", "body": "x"}, "a reply or a note"),
        ({"body": "x"}, "a reply or a note"),
        ({"kind": "reply", "body": "x", "reply_to": "99"}, "There is no line 99"),
        ({"kind": "reply", "body": "x", "reply_to": "-1"}, "the number of a line"),
    ],
)
def test_bad_input_is_answered_in_words(client, agent, channel, data, words):
    response = post(client, "write", held(channel, agent), **data)
    assert response.status_code == 400
    assert words in response.json()["words"]


def test_reply_may_quote_a_line_and_a_note_never_does(client, agent, channel):
    conversation = held(channel, agent)
    assert reply(client, conversation, reply_to="1").status_code == 204
    assert replies(conversation).get().reply_to.seq == 1
    assert post(client, "write", conversation, kind="note", body="Aha", reply_to="1").status_code == 204
    assert conversation.messages.get(type=Message.NOTE).reply_to is None


def test_phone_app_holds_until_an_agent_takes_over(client, agent, channel):
    """Somebody answers on the business's own phone: the desk says so, and can take the thread from there."""
    conversation = customer_writes(channel)
    with transaction.atomic():
        phone_app.answered(transcript.lock(conversation.pk), now=clock.now())
    html = client.get(reverse("console:state", args=[conversation.pk]), headers=FETCH).text
    assert ">Phone app<" in html
    assert "answers from the phone app" in html
    assert reverse("console:take_over", args=[conversation.pk]) in html
    assert ">Phone app<" in client.get("/list/?tab=open", headers=FETCH).text
    assert post(client, "take_over", conversation).status_code == 204
    assert reply(client, conversation).status_code == 204


def test_odd_characters_do_no_harm(client, agent, channel):
    """Postgres refuses NUL; a form must not turn that into a server error."""
    conversation = customer_writes(channel)
    assert post(client, "call_person", conversation, explanation="a\x00b").status_code == 204
    assert post(client, "give_back", conversation, context="\x00").status_code == 204
    assert post(client, "close", conversation, resolution="d\x00ne").status_code == 204
    assert Conversation.objects.get().resolution == "dne"
    assert client.get("/list/?q=%00&tab=%00&open=%00", headers=FETCH).status_code == 200


def test_gate_follows_the_state(client, agent, colleague, channel):
    def state(conversation):
        return client.get(reverse("console:state", args=[conversation.pk]), headers=FETCH).text

    conversation = customer_writes(channel)
    assert "Start typing to pause it, or take it over" in state(conversation)
    assert 'data-pauses="true"' in state(conversation)
    desk.request_handoff(conversation.pk, agent=agent, explanation="", now=clock.now())
    assert "Accept the conversation to reply" in state(conversation)
    desk.accept(conversation.pk, agent=agent, now=clock.now())
    assert 'data-may-reply="true"' in state(conversation)
    assert "left to reply" in state(conversation)
    desk.close(conversation.pk, agent=agent, now=clock.now())
    assert "This conversation is closed." in state(conversation)
    other = held(channel, colleague, phone="+15550100002")
    assert "Sam Oak holds this conversation." in state(other)
    old = held(channel, agent, phone="+15550100003", now=clock.now() - timedelta(hours=24))
    assert "24-hour window is closed" in state(old)
