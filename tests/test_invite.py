"""Asking a colleague in: they see it, may write notes, and answer nobody."""

import pytest

from audit.models import Event
from conversations.models import Conversation, Participant
from handoff import desk, mentions, phone_app
from tests import factories
from tests.together import banners, held, notes, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def rita(db):
    return factories.agent("rita", teams=("returns",))


def sees(user, conversation) -> bool:
    return Conversation.objects.visible_to(user).filter(pk=conversation.pk).exists()


def test_colleague_of_another_team_sees_it_and_is_told(now, ana, rita):
    mine = held(now, ana)
    assert not sees(rita, mine)
    desk.invite(mine.pk, agent=ana, colleague=rita, note="Is this a return?", now=now)
    assert sees(rita, mine)
    assert notes(mine) == ["@rita Is this a return?"]
    assert banners(mine)[-1] == "ana invited rita"
    assert mentions.unseen(rita).get().message.body == "@rita Is this a return?"
    assert Event.objects.filter(event_type="colleague.invited").get().payload["colleague"] == "rita"


def test_without_a_note_they_are_told_all_the_same(now, ana, rita):
    mine = held(now, ana)
    desk.invite(mine.pk, agent=ana, colleague=rita, now=now)
    assert mentions.unseen(rita).get().message.body == "ana invited rita"
    assert notes(mine) == []


def test_they_may_write_notes_and_not_to_the_customer(now, ana, rita):
    mine = held(now, ana)
    desk.invite(mine.pk, agent=ana, colleague=rita, now=now)
    assert desk.note(mine.pk, agent=rita, body="Yes, it is", now=now)
    assert refusal(desk.reply, mine.pk, agent=rita, body="Hello", now=now).code == "not_in_control"


def test_twice_is_once(now, ana, rita):
    mine = held(now, ana)
    for _ in range(2):
        desk.invite(mine.pk, agent=ana, colleague=rita, now=now)
    assert (Participant.objects.count(), Event.objects.filter(event_type="colleague.invited").count()) == (1, 1)
    assert mentions.unseen(rita).count() == 1


def test_who_leaves_sees_it_no_more(now, ana, rita):
    mine = held(now, ana)
    desk.invite(mine.pk, agent=ana, colleague=rita, now=now)
    for _ in range(2):
        desk.leave(mine.pk, agent=rita, now=now)
    assert not sees(rita, mine)
    assert not mentions.unseen(rita).exists(), "a list of what one may not open helps nobody"
    assert banners(mine)[-1] == "rita left"
    assert Event.objects.filter(event_type="colleague.left").count() == 1


def test_nobody_who_cannot_come(now, ana, rita):
    mine = held(now, ana)
    rita.is_active = False
    rita.save()
    for nobody in (rita, phone_app.person()):
        assert refusal(desk.invite, mine.pk, agent=ana, colleague=nobody, now=now).code == "no_such_agent"
    assert refusal(desk.invite, mine.pk, agent=ana, colleague=ana, now=now).code == "already_there"
    desk.close(mine.pk, agent=ana, now=now)
    ben = factories.agent("ben")
    assert refusal(desk.invite, mine.pk, agent=ana, colleague=ben, now=now).code == "closed"


def test_deleted_colleague_leaves_the_thread_whole(now, ana, rita):
    mine = held(now, ana)
    desk.invite(mine.pk, agent=ana, colleague=rita, note="please look", now=now)
    rita.delete()
    assert not Participant.objects.exists()
    assert notes(mine) == ["@rita please look"]
