"""Ending a matter: what is kept of it, for how long it may be opened again, and what must not be left open."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from conversations.models import supervise_permission
from conversations.states import State
from handoff import desk, people, router
from handoff.desk import Labels
from handoff.models import CallbackForm, Handoff, Resolution, ResolutionTag, Suggestion
from handoff.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db

NOTE = "Refund agreed with the customer"


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def held(now, ana):
    conversation = factories.conversation(now=now, body="Where is my order?")
    desk.request_handoff(conversation.pk, agent=ana, explanation="", now=now)
    return desk.accept(conversation.pk, agent=ana, now=now)


def test_closing_keeps_tag_note_and_who_did_it(now, ana, held):
    closed = desk.close(held.pk, agent=ana, now=now, resolution=f"  {NOTE} ", tag="solved")
    assert (closed.state, closed.resolution) == (State.CLOSED, NOTE)
    kept = Resolution.objects.get()
    assert (kept.tag_id, kept.note, kept.by, kept.at) == ("solved", NOTE, ana, now)
    assert kept.handoff == Handoff.objects.get()
    assert kept.handoff.ending == "closed"


def test_record_of_a_closing_holds_no_words_of_the_agents(now, ana, held):
    desk.close(held.pk, agent=ana, now=now, resolution=NOTE, tag="solved")
    event = Event.objects.get(event_type="resolution.kept")
    assert event.payload["tag"] == "solved"
    assert not any(NOTE in str(one.payload) for one in Event.objects.about(held.stream))
    assert list(verify()) == []


def test_unknown_tag_is_refused_with_those_there_are_and_closes_nothing(now, ana, held):
    ResolutionTag.objects.filter(code="spam").update(is_active=False)
    for tag in ("invented", "spam"):
        with pytest.raises(ValueError, match="solved") as refused:
            desk.close(held.pk, agent=ana, now=now, tag=tag)
        assert "spam" not in str(refused.value)
    held.refresh_from_db()
    assert held.state == State.HUMAN


def test_labels_given_with_the_closing_are_kept(now, ana, held):
    better = factories.team("returns")
    labels = Labels(better_team=better, bot_could=True, better_intent="return_question")
    desk.close(held.pk, agent=ana, now=now, labels=labels)
    kept = Resolution.objects.get()
    assert (kept.right_team, kept.better_team_id, kept.bot_could) == (False, better.pk, True)
    assert (kept.right_intent, kept.better_intent) == (False, "return_question")
    assert (kept.labelled_by, kept.labelled_at) == (ana, now)


def test_labels_that_contradict_close_nothing(now, ana, held):
    with pytest.raises(ValueError, match="right team"):
        desk.close(held.pk, agent=ana, now=now, labels=Labels(right_team=True, better_team=factories.team()))
    held.refresh_from_db()
    assert held.state == State.HUMAN
    assert not Resolution.objects.exists()


def test_matter_a_person_had_may_be_opened_again_for_the_teams_time(now, ana, held):
    people.teams().filter(slug="support").update(reopen_within=timedelta(hours=2))
    closed = desk.close(held.pk, agent=ana, now=now)
    closed.refresh_from_db()
    assert closed.reopen_until == now + timedelta(hours=2)


def test_team_that_opens_nothing_again_has_no_such_time(now, ana, held):
    people.teams().filter(slug="support").update(reopen_within=timedelta())
    desk.close(held.pk, agent=ana, now=now)
    held.refresh_from_db()
    assert held.reopen_until is None


def test_matter_only_the_assistant_had_is_not_opened_again(now, ana):
    conversation = factories.conversation(now=now)
    closed = desk.close(conversation.pk, agent=ana, now=now)
    closed.refresh_from_db()
    assert closed.reopen_until is None
    assert Resolution.objects.get().handoff is None


def test_suggestion_nobody_used_is_settled_with_the_closing(now, ana, held):
    """If this fails, yesterday's draft stands open for ever, and no figure about drafts is right."""
    Suggestion.objects.create(conversation=held, asked_by=ana, at=now, body="On its way.")
    desk.close(held.pk, agent=ana, now=now)
    assert Suggestion.objects.get().outcome == "ignored"
    assert Event.objects.filter(event_type="copilot.ignored").count() == 1


def test_form_for_a_call_back_ends_with_the_matter(now, ana, held):
    """If this fails, the next thing the customer writes is taken for their telephone number."""
    form = CallbackForm.objects.create(handoff=Handoff.objects.get(), asked_at=now, asked_seq=1)
    desk.close(held.pk, agent=ana, now=now)
    form.refresh_from_db()
    assert form.step == "left"


def test_finished_form_stays_finished(now, ana, held):
    form = CallbackForm.objects.create(handoff=Handoff.objects.get(), asked_at=now, asked_seq=1, step="done")
    desk.close(held.pk, agent=ana, now=now)
    form.refresh_from_db()
    assert form.step == "done"


def test_colleague_may_not_close_what_another_holds_and_a_supervisor_may(now, ana, held):
    ben, sara = factories.agent("ben"), factories.agent("sara")
    sara.user_permissions.add(supervise_permission())
    with pytest.raises(Refused) as refused:
        desk.close(held.pk, agent=ben, now=now)
    assert refused.value.code == "not_in_control"
    desk.close(held.pk, agent=sara, now=now)
    with pytest.raises(Refused) as refused:
        desk.close(held.pk, agent=sara, now=now)
    assert refused.value.code == "closed"
    assert Resolution.objects.count() == 1


def test_every_closing_of_a_reopened_matter_has_a_resolution_of_its_own(now, ana, held):
    desk.close(held.pk, agent=ana, now=now, tag="solved")
    later = factories.later(now, minutes=10)
    with transaction.atomic():
        router.route(factories.take("It broke again", now=later), now=later)
    held.refresh_from_db()
    assert held.state != State.CLOSED
    desk.close(held.pk, agent=ana, now=factories.later(later, minutes=1), tag="refund_agreed")
    first, second = Resolution.objects.order_by("at")
    assert (first.tag_id, second.tag_id) == ("solved", "refund_agreed")
    assert first.handoff_id != second.handoff_id


def test_tags_of_a_new_desk_are_there_and_the_admins_word_about_them_stays(db):
    from handoff.defaults_closing import create_defaults

    assert {"solved", "information_given", "refund_agreed", "passed_on", "spam", "no_answer"} <= set(
        ResolutionTag.objects.values_list("code", flat=True)
    )
    ResolutionTag.objects.exclude(code="solved").delete()
    create_defaults("default")
    assert ResolutionTag.objects.count() == 1
