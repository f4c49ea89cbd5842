"""Offers: held out to one, accepted, passed on, or let go by. If these fail, customers wait for an agent who does not
look, or two agents believe that a customer is theirs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from audit.verify import verify
from conversations.models import supervise_permission
from handoff import assignment, desk, handoffs, presence, sweeping
from handoff.models import Handoff, Offer, Team
from handoff.refusals import Refused
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def support(db):
    return make.team()


@pytest.fixture
def ana(now):
    return make.person("ana", now=now)


@pytest.fixture
def ben(now):
    return make.person("ben", now=now)


@pytest.fixture
def offered(now, ana, ben):
    """Held out to Ana; Ben is there, too."""
    talk = make.waiting(now=now)
    assert assignment.assign(talk.pk, now=now).agent == ana
    return talk


def refusal(verb, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    return refused.value


def test_offer_stands_for_the_teams_time_and_says_why(now, offered, support):
    offer = Offer.objects.get()
    assert offer.expires_at == now + support.offer_time
    assert offer.why == "holds the fewest (0 of 5 in hand)"
    made = Event.objects.get(event_type="offer.made")
    assert made.stream == offered.stream
    assert made.payload["why"] == offer.why
    assert make.handoff_of(offered).check_at <= offer.expires_at


def test_what_is_offered_already_is_not_offered_again(now, offered):
    assert assignment.assign(offered.pk, now=now) is None
    assert Offer.objects.count() == 1


def test_database_keeps_two_offers_of_one_handoff_apart(now, offered, ben):
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(
            handoff=make.handoff_of(offered), agent=ben, offered_at=now, expires_at=now + timedelta(minutes=1)
        )


def test_accepting_ends_the_offer_as_accepted(now, ana, offered):
    desk.accept(offered.pk, agent=ana, now=now)
    assert Offer.objects.get().outcome == "accepted"
    assert presence.Presence.objects.get(user=ana).idle_since is None
    assert assignment.open_offers_of(ana, now=now) == []


def test_passing_on_finds_the_next_at_once(now, ana, ben, offered):
    assignment.offer_pass(offered.pk, agent=ana, now=now)
    assert assignment.assign(offered.pk, now=now).agent == ben
    assert make.happened(offered.stream, "offer.passed") == ["offer.passed"]
    assert Event.objects.get(event_type="offer.passed").actor_name == "ana"


def test_passing_on_what_is_not_offered_is_refused_in_words(now, ana, ben, offered):
    assert refusal(assignment.offer_pass, offered.pk, agent=ben, now=now).code == "not_offered"
    assignment.offer_pass(offered.pk, agent=ana, now=now)
    assert refusal(assignment.offer_pass, offered.pk, agent=ana, now=now).code == "not_offered"


def test_offer_that_runs_out_finds_the_next_in_the_same_sweep(now, ana, ben, offered):
    late = now + timedelta(seconds=46)
    make.stays(ana, ben, now=late)
    sweeping.look_after_all(now=late - timedelta(seconds=2))
    assert make.offered_to(offered) == "ana"
    sweeping.look_after_all(now=late)
    assert make.offered_to(offered) == "ben"
    assert [offer.outcome for offer in Offer.objects.order_by("pk")] == ["expired", ""]


def test_after_everybody_passed_it_is_free_for_all_and_comes_round_again(now, ana, ben, offered, support):
    assignment.offer_pass(offered.pk, agent=ana, now=now)
    assignment.assign(offered.pk, now=now)
    assignment.offer_pass(offered.pk, agent=ben, now=now)
    assert assignment.assign(offered.pk, now=now) is None
    assert assignment.fill(ana.pk, now=now) == 0, "not asked again a moment later"
    assignment.refuse_if_offered(offered, ben, now)
    later = now + 5 * support.offer_time
    make.stays(ana, ben, now=later)
    sweeping.look_after_all(now=later)
    assert make.offered_to(offered) in ("ana", "ben")


def test_somebody_who_comes_online_gets_what_the_others_passed_on(now, ana, ben, offered):
    assignment.offer_pass(offered.pk, agent=ana, now=now)
    presence.status_set(ben, status="offline", now=now)
    cora = make.person("cora", now=now)
    assert assignment.fill(cora.pk, now=now) == 1
    assert make.offered_to(offered) == "cora"


def test_who_never_answers_what_is_offered_is_put_away(now, ana):
    """Somebody at lunch with the page open would cost each customer the time of an offer."""
    for number in range(1, 16):
        make.waiting(number, now=now)
    said = []
    for seconds in range(0, 200, 50):
        moment = now + timedelta(seconds=seconds)
        make.stays(ana, now=moment)
        sweeping.look_after_all(now=moment)
        said.append(presence.status_of(ana, now=moment))
    assert said == ["online", "online", "online", "away"], "five offers at one time are one time"
    event = Event.objects.filter(event_type="agent.presence").last()
    assert (event.payload["status"], event.payload["why"]) == ("away", "nobody answered what was offered")
    assert not Offer.objects.filter(ended_at=None).exists()
    later = moment + timedelta(minutes=5)
    presence.status_set(ana, status="online", now=later)
    assert assignment.fill(ana.pk, now=later) == 5


def test_who_is_busy_with_one_and_lets_the_others_go_by_stays(now, ana):
    for number in range(1, 16):
        make.waiting(number, now=now)
    for seconds in range(0, 200, 50):
        moment = now + timedelta(seconds=seconds)
        make.stays(ana, now=moment)
        sweeping.look_after_all(now=moment)
        if (seconds == 100) and (first := assignment.open_offers_of(ana, now=moment)):
            desk.accept(first[0].handoff.conversation_id, agent=ana, now=moment)
    assert presence.status_of(ana, now=moment) == "online"


def test_colleague_is_told_whose_it_is_and_until_when(now, ana, ben, offered):
    talk = make.fresh(offered)
    assignment.refuse_if_offered(talk, ana, now)
    refused = refusal(assignment.refuse_if_offered, talk, ben, now)
    assert refused.code == "offered"
    assert "offered to ana until 09:00:45" in refused.words
    assignment.refuse_if_offered(talk, ben, now + timedelta(seconds=45))


def test_supervisor_may_take_what_is_offered_to_somebody(now, ana, offered):
    sara = factories.agent("sara", teams=())
    sara.user_permissions.add(supervise_permission())
    assignment.refuse_if_offered(make.fresh(offered), sara, now)
    desk.accept(offered.pk, agent=sara, now=now)
    offer = Offer.objects.get()
    assert offer.outcome == "withdrawn"
    assert Event.objects.get(event_type="offer.withdrawn").payload["why"] == "sara took it"


@pytest.mark.parametrize("end", ["close", "move"])
def test_offer_ends_with_what_it_is_about(now, ana, offered, end):
    if end == "close":
        desk.close(offered.pk, agent=ana, now=now)
    else:
        with transaction.atomic():
            handoffs.handoff_move(
                factories.locked(offered), team=make.team("returns"), actor=handoffs.Actor.human(ana), now=now, why=""
            )
    assert Offer.objects.get().outcome == "withdrawn"
    assert assignment.assign(offered.pk, now=now) is None
    assert list(verify()) == []


def test_nothing_is_offered_of_what_is_taken_closed_or_out_of_its_window(now, ana, ben):
    taken, closed, old = (make.waiting(number, now=now) for number in (1, 2, 3))
    desk.accept(taken.pk, agent=ben, now=now)
    desk.close(closed.pk, agent=ben, now=now)
    assert assignment.assign(taken.pk, now=now) is None
    assert assignment.assign(closed.pk, now=now) is None
    late = now + timedelta(hours=24)
    make.stays(ana, now=late)
    assert assignment.assign(old.pk, now=late) is None
    assert assignment.fill(ana.pk, now=late) == 0


def test_team_that_chooses_for_itself_is_offered_only_what_is_meant_for_one_of_them(now, ana, ben):
    make.team(assignment=Team.Assignment.CLAIM)
    assert assignment.assign(make.waiting(1, now=now).pk, now=now) is None
    meant = make.waiting(2, now=now, preferred=ben)
    assert assignment.assign(meant.pk, now=now).agent == ben
    assert assignment.fill(ana.pk, now=now) == 0


def test_offers_of_an_account_that_is_deleted_leave_the_customer_waiting_for_the_next(now, ana, ben, offered):
    ana.delete()
    assert Handoff.objects.get().ended_at is None
    sweeping.look_after_all(now=now)
    assert make.offered_to(offered) == "ben"


def test_open_offers_are_shown_to_whom_they_are_made(now, ana, ben, offered):
    assert [offer.handoff.conversation_id for offer in assignment.open_offers_of(ana, now=now)] == [offered.pk]
    assert assignment.open_offers_of(ben, now=now) == []
    assert assignment.open_offers_of(ana, now=now + timedelta(seconds=45)) == []


def test_assigning_what_does_not_exist_fails_loudly(now, db):
    with pytest.raises(Exception, match="does not exist"):
        assignment.assign("00000000-0000-0000-0000-000000000000", now=now)
