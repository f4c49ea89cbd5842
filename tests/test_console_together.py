"""Presence, offers, giving on, calling in, the co-pilot: over HTTP, as the page asks for them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.actors import SYSTEM
from config import clock
from console.presenters.handoffs import mood_words, rule_words, seen_words
from conversations.models import Message, Participant
from conversations.states import State
from handoff import attendance, desk, offers, people, presence
from handoff.models import Attendance, Handoff, Offer, Presence, Resolution, ResolutionTag, Suggestion
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
def orders():
    team = people.team_ensure(name="Orders", actor=SYSTEM, now=clock.now())
    people.teams().filter(pk=team.pk).update(name="Orders")
    return people.teams().get(pk=team.pk)


@pytest.fixture
def channel(orders):
    return make_channel()


@pytest.fixture
def agent(client, orders):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


@pytest.fixture
def colleague(orders):
    return make_agent("ben", "Orders", first_name="Ben", last_name="Oak")


def post(client, name, conversation, **data):
    return client.post(reverse(f"console:{name}", args=[conversation.pk]), data, headers=FETCH)


def fetched(client, name, conversation):
    return client.get(reverse(f"console:{name}", args=[conversation.pk]), headers=FETCH).text


def refused(response, code, words):
    assert response.status_code == 409
    assert response.json()["code"] == code
    assert words in response.json()["words"]


def offered(conversation, agent):
    now = clock.now()
    handoff = conversation.handoffs.get()
    team = people.team_of(conversation)
    return offers.offer_make(conversation, handoff, agent=agent, team=team, why="holds the fewest: 0", now=now)


def test_open_page_is_a_sign_of_life_and_says_what_it_shows(client, agent, channel):
    conversation = customer_writes(channel)
    response = client.post("/presence/seen/", {"conversation": conversation.pk}, headers=FETCH)
    assert (response.status_code, response["X-Baton-Presence"]) == (204, "online")
    assert presence.is_available(agent, now=clock.now())
    assert [row.user for row in attendance.present(conversation, now=clock.now())] == [agent]


def test_nobody_looks_at_what_they_may_not_see_or_what_is_closed(client, agent, channel):
    other = customer_writes(make_channel("Returns", key="other"), phone="+15550100009")
    closed = held(channel, agent)
    desk.close(closed.pk, agent=agent, now=clock.now())
    for shown in (other.pk, closed.pk, "", "nonsense"):
        assert client.post("/presence/seen/", {"conversation": shown}, headers=FETCH).status_code == 204
    assert not Attendance.objects.exists()


def test_sign_of_life_of_somebody_signed_out_is_refused(client):
    assert client.post("/presence/seen/", headers=FETCH).status_code == 401
    assert not Presence.objects.exists()


@pytest.mark.parametrize(("status", "word"), [("online", "Online"), ("finishing", "Finishing"), ("away", "Away")])
def test_status_is_set_and_shown_in_words(client, agent, status, word):
    assert client.post("/presence/", {"status": status}, headers=FETCH).status_code == 204
    assert presence.status_of(agent, now=clock.now()) == status
    menu = client.get("/presence/", headers=FETCH).text
    assert f'data-status="{status}"' in menu
    assert f'<span class="presence-word">{word}</span>' in menu


def test_status_without_scripts_leads_back_to_the_page(client, agent):
    response = client.post("/presence/", {"status": "away", "next": "/channels/"})
    assert response["Location"] == "/channels/"
    assert client.post("/presence/", {"status": "away", "next": "https://evil.example/"})["Location"] == "/"
    assert "Say one of" in client.post("/presence/", {"status": "asleep"}, follow=True).text
    assert client.post("/presence/", {"status": "asleep"}, headers=FETCH).status_code == 400


def test_offer_comes_with_the_list_and_goes_with_its_time(client, agent, channel):
    conversation = waiting(channel, agent)
    assert "Offered to you" not in client.get("/list/", headers=FETCH).text
    offered(conversation, agent)
    html = client.get("/list/", headers=FETCH).text
    assert "Offered to you" in html
    assert "Ana Souza" in html
    assert "<title>Offered to you · (1) Baton</title>" in client.get("/").text
    Offer.objects.update(expires_at=clock.now())
    assert 'data-offer="' not in client.get("/list/", headers=FETCH).text


def test_offer_of_somebody_else_is_not_mine(client, agent, colleague, channel):
    conversation = waiting(channel, agent)
    offered(conversation, colleague)
    assert 'data-offer="' not in client.get("/list/", headers=FETCH).text
    refused(post(client, "pass_offer", conversation), "not_offered", "not offered to you")


def test_pass_ends_the_offer(client, agent, channel):
    conversation = waiting(channel, agent)
    offer = offered(conversation, agent)
    assert post(client, "pass_offer", conversation).status_code == 204
    offer.refresh_from_db()
    assert offer.outcome == Offer.Outcome.PASSED
    assert "Mia Lind, passed" in fetched(client, "state", conversation)


def test_transfer_to_a_colleague_with_a_note(client, agent, colleague, channel):
    conversation = held(channel, agent)
    response = post(client, "transfer", conversation, where="person", person=colleague.pk, note="Knows the depot")
    assert response.status_code == 204
    conversation.refresh_from_db()
    assert conversation.assigned_to == colleague
    assert conversation.messages.get(type=Message.NOTE).body == "Knows the depot"


def test_transfer_out_of_sight_leads_to_the_list(client, agent, channel):
    """The page would say that the conversation is no longer theirs to see, as if that were a fault."""
    returns = people.team_ensure(name="returns", actor=SYSTEM, now=clock.now())
    make_agent("eva", returns.name)
    conversation = held(channel, agent)
    response = post(client, "transfer", conversation, where="team", team=returns.pk)
    assert (response.status_code, response["X-Baton-Go"]) == (204, "/")
    other = held(channel, agent, phone="+15550100002")
    url = reverse("console:transfer", args=[other.pk])
    assert (
        "The conversation is theirs now." in client.post(url, {"where": "team", "team": returns.pk}, follow=True).text
    )


def test_transfer_refusals_are_in_words(client, agent, colleague, channel):
    empty = people.team_ensure(name="empty", actor=SYSTEM, now=clock.now())
    conversation = held(channel, agent)
    presence.status_set(colleague, status="away", now=clock.now())
    refused(post(client, "transfer", conversation, where="team", team=empty.pk), "empty_team", "Nobody is in Empty")
    refused(
        post(client, "transfer", conversation, where="person", person=colleague.pk), "agent_away", "Ben Oak is away"
    )
    for data in ({"where": "person"}, {"where": "person", "person": "0"}, {"team": "x"}, {"team": "9999"}, {}):
        assert post(client, "transfer", conversation, **data).status_code == 400
    refused(post(client, "escalate", conversation), "no_higher_team", "No team above")


def test_invited_colleague_reads_along_is_told_and_leaves(client, agent, channel):
    guest = make_agent("eva", "Returns", first_name="Eva")
    conversation = held(channel, agent)
    assert post(client, "invite", conversation, person=guest.pk, note="Can you look?").status_code == 204
    client.force_login(guest)
    page = client.get(reverse("console:conversation", args=[conversation.pk])).text
    assert "Mia Lind called you in a note" in page
    assert "called you" not in client.get(reverse("console:conversation", args=[conversation.pk])).text
    assert "Leave: I was only invited" in page
    assert post(client, "leave", conversation)["X-Baton-Go"] == "/"
    assert not Participant.objects.exists()


def test_take_over_from_a_colleague_names_whom(client, agent, colleague, channel):
    """Two who barge in at once: the second is told who was first."""
    conversation = held(channel, colleague)
    html = fetched(client, "state", conversation)
    assert "Take over from Ben Oak" in html
    refused(post(client, "take_over", conversation), "already_taken", "Ben Oak holds this conversation")
    assert post(client, "take_over", conversation, holder=colleague.pk).status_code == 204
    conversation.refresh_from_db()
    assert conversation.assigned_to == agent


def test_typing_pauses_the_assistant_and_sending_takes_over(client, agent, colleague, channel):
    conversation = customer_writes(channel)
    refused(post(client, "write", conversation, kind="reply", body="Hello"), "not_in_control", "the assistant")
    assert post(client, "typing", conversation, typing="1").status_code == 204
    assert "paused while you type" in fetched(client, "state", conversation)
    client.force_login(colleague)
    assert "Mia Lind is typing…" in fetched(client, "state", conversation)
    client.force_login(agent)
    assert post(client, "write", conversation, kind="reply", body="Hello").status_code == 204
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assigned_to) == (State.HUMAN, agent)


def test_who_stops_typing_lets_the_assistant_go_on(client, agent, channel):
    conversation = customer_writes(channel)
    post(client, "typing", conversation, typing="1")
    post(client, "typing", conversation, typing="stop")
    assert attendance.typing_until(conversation, now=clock.now()) is None
    assert "Start typing to pause it" in fetched(client, "state", conversation)


def test_close_with_tag_rating_and_what_the_assistant_can_learn(client, agent, channel):
    tag, _ = ResolutionTag.objects.get_or_create(code="solved", defaults={"name": "Solved"})
    conversation = held(channel, agent)
    desk.reply(conversation.pk, agent=agent, body="Done", now=clock.now())
    choices = fetched(client, "choices", conversation)
    assert 'name="ask_rating" value="1" checked' in choices
    data = {"tag": tag.code, "resolution": "Sent anew", "ask_rating": "1", "right_team": "yes", "bot_could": "no"}
    assert post(client, "close", conversation, **data, right_intent="").status_code == 204
    kept = Resolution.objects.get()
    assert (kept.tag, kept.right_team, kept.bot_could, kept.right_intent) == (tag, True, False, None)
    assert conversation.ratings.exists()


def test_customer_who_never_met_a_person_is_not_asked_by_default(client, agent, channel):
    assert "checked" not in fetched(client, "choices", customer_writes(channel)).split('data-fresh="close-rating"')[1]


def test_suggestion_is_given_used_and_kept(client, agent, channel):
    conversation = held(channel, agent, body="What are your opening hours?")
    response = post(client, "suggest", conversation)
    made = Suggestion.objects.first()
    if made is None:
        refused(response, "no_suggestion", "no suggestion")
        made = Suggestion.objects.create(conversation=conversation, asked_by=agent, at=clock.now(), body="At nine.")
    else:
        assert response.json()["body"] == made.body
    assert post(client, "write", conversation, kind="reply", body=made.body, suggestion=made.pk).status_code == 204
    made.refresh_from_db()
    assert made.outcome == Suggestion.Outcome.USED
    assert made.message == conversation.messages.get(sender=Message.Sender.HUMAN)


def test_reply_leaves_whatever_is_wrong_with_its_suggestion(client, agent, channel):
    conversation = held(channel, agent)
    assert post(client, "write", conversation, kind="reply", body="Hello", suggestion="999").status_code == 204
    assert post(client, "write", conversation, kind="reply", body="Hello", suggestion="x").status_code == 400
    assert conversation.messages.filter(sender=Message.Sender.HUMAN).count() == 1


def test_similar_cases_and_choices_are_for_those_who_see_it(client, agent, channel):
    conversation = held(channel, agent)
    assert "No solved case" in fetched(client, "similar", conversation)
    client.force_login(make_agent("eva", "Returns"))
    for name in ("similar", "choices"):
        assert client.get(reverse(f"console:{name}", args=[conversation.pk]), headers=FETCH).status_code == 404
    for name in ("transfer", "escalate", "invite", "leave", "pass_offer", "suggest"):
        assert post(client, name, conversation).status_code == 404


def test_pages_show_who_can_be_chosen_and_who_is_there(client, agent, colleague, channel):
    presence.seen(colleague, now=clock.now())
    held(channel, colleague, phone="+15550100007")
    conversation = held(channel, agent)
    page = client.get(reverse("console:conversation", args=[conversation.pk])).text
    assert "Ben Oak (online, holds 1)" in page
    assert "Orders (back to the queue, 1 online)" in page
    assert "Mia Lind (" not in page


def test_customer_who_waits_for_a_silent_agent_is_shown(client, agent, channel):
    now = clock.now()
    conversation = held(channel, agent, now=now - timedelta(minutes=12))
    Handoff.objects.update(nudged_at=now)
    assert "waits 12 min for your answer" in fetched(client, "state", conversation)
    desk.reply(conversation.pk, agent=agent, body="Here I am", now=clock.now())
    assert "for your answer" not in fetched(client, "state", conversation)
    Handoff.objects.update(supervisor_since=now)
    assert "Needs a supervisor" in fetched(client, "state", conversation)


def test_handoff_is_told_in_words(client, agent, channel):
    conversation = waiting(channel, agent)
    html = fetched(client, "state", conversation)
    assert "in line" in html
    assert "In the same thread" in html


def test_rule_and_its_inputs_in_words():
    inputs = {"confidence": 0.41, "intent": "fee_dispute", "sentiments": [0.1, -0.4], "in_cooldown": False,
              "rule_id": 7, "limits": {"confidence_below": 0.7}}  # fmt: skip
    why = {"rule": "Not sure enough", "kind": "low_confidence", "inputs": inputs}
    assert rule_words(why) == "“Not sure enough”: confidence 0.41, under 0.70"
    assert seen_words(why) == "confidence 0.41, intent fee dispute"
    frustrated = {"predicted": 0.8, "limits": {"score_from": 0.75}}
    why = {"rule": "Soon angry", "kind": "predicted_frustration", "inputs": frustrated}
    assert rule_words(why) == "“Soon angry”: frustration to come 0.80, from 0.75"
    assert rule_words({"rule": "Fraud", "inputs": {"limits": {"word": "fraud"}}}) == "“Fraud”: word fraud"
    assert rule_words({}) == ""


@pytest.mark.parametrize("odd", [None, "x", 7, [], {"limits": 3}, {"limits": {"times": None}}])
def test_payloads_of_other_days_never_break_a_page(odd):
    assert rule_words({"rule": "Old", "inputs": odd}) == "“Old”"
    assert seen_words({"inputs": odd}) == ""
    assert mood_words(odd) == ""


def test_mood_is_a_course_in_words():
    assert mood_words([0.0, 0.1, -0.3, -0.9]) == "neutral, then unhappy, then very unhappy"


def test_choices_cost_the_same_however_many(client, agent, channel, django_assert_max_num_queries):
    conversation = held(channel, agent)
    url = reverse("console:choices", args=[conversation.pk])
    with django_assert_max_num_queries(10):
        client.get(url, headers=FETCH)
    for number in range(10):
        team = people.team_ensure(name=f"team {number}", actor=SYSTEM, now=clock.now())
        presence.seen(make_agent(f"agent{number}", team.name), now=clock.now())
    with django_assert_max_num_queries(10):
        client.get(url, headers=FETCH)
