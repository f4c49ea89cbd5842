"""A colleague called by name in a note learns of it, and can see what they were called to."""

import pytest

from audit.models import Event
from conversations.models import Participant
from handoff import desk, mentions
from handoff.models import Mention
from tests import factories
from tests.together import banners, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def mine(now, ana):
    return held(now, ana)


def named(note: str) -> list[str]:
    return [user.username for user in mentions.named_in(note)]


@pytest.mark.parametrize(
    "note",
    [
        "@ben", "Ask @ben.", "@ben, can you look?", "(@ben)", "@Ben!", "see @BEN: urgent", "line\n@ben", "@ben's",
        "@ben...", "@ben and @ben", "¿@ben?",
    ],
)  # fmt: skip
def test_name_is_found_wherever_it_stands(db, note):
    factories.agent("ben")
    assert named(note) == ["ben"]


@pytest.mark.parametrize("note", ["ben", "mail ana@ben", "@bent", "@", "@ ben", "x@ben.example", "@@", "@nobody"])
def test_what_is_no_name_calls_nobody(db, note):
    factories.agent("ben")
    assert named(note) == []


def test_names_with_dots_and_addresses_as_names(db):
    factories.agent("ana.maria")
    factories.agent("ana@shop.example")
    assert named("@ana.maria. And @ana@shop.example, please") == ["ana.maria", "ana@shop.example"]


def test_names_that_differ_in_capitals_only(db):
    factories.agent("ben")
    factories.agent("BEN")
    assert named("@BEN") == ["BEN"]
    assert sorted(named("@Ben")) == ["BEN", "ben"]


def test_note_tells_who_is_named_once_and_it_is_on_the_record(now, ana, mine):
    ben = factories.agent("ben")
    note = desk.note(mine.pk, agent=ana, body="@ben please, @ana knows. @ben?", now=now)
    assert [(m.user, m.message, m.at) for m in mentions.unseen(ben)] == [(ben, note, now)]
    assert not mentions.unseen(ana).exists(), "nobody calls themselves"
    told = Event.objects.filter(event_type="colleague.mentioned").get().payload
    assert (told["colleague"], told["seq"], "please" in str(told)) == ("ben", note.seq, False)
    assert not Participant.objects.exists(), "a colleague of the team sees it anyway"


def test_colleague_who_could_not_see_it_is_invited(now, ana, mine):
    """Otherwise the mention leads to a page that is not there."""
    rita = factories.agent("rita", teams=("returns",))
    desk.note(mine.pk, agent=ana, body="@rita what do you think?", now=now)
    assert Participant.objects.get().user == rita
    assert banners(mine)[-1] == "ana invited rita"
    assert mentions.unseen(rita).count() == 1


def test_account_that_is_switched_off_is_nobody(now, ana, mine):
    ben = factories.agent("ben")
    ben.is_active = False
    ben.save()
    desk.note(mine.pk, agent=ana, body="@ben", now=now)
    assert not Mention.objects.exists()


def test_seen_is_settled_once(now, ana, mine):
    ben = factories.agent("ben")
    desk.note(mine.pk, agent=ana, body="@ben", now=now)
    assert mentions.seen(ben, mine, now=now) == 1
    assert mentions.seen(ben, mine, now=factories.later(now, minutes=1)) == 0
    assert Mention.objects.get().seen_at == now
    assert not mentions.unseen(ben).exists()


def test_note_full_of_names_calls_a_bounded_number(now, ana, mine):
    for number in range(25):
        factories.agent(f"agent{number:02d}")
    desk.note(mine.pk, agent=ana, body=" ".join(f"@agent{number:02d}" for number in range(25)), now=now)
    assert Mention.objects.count() == mentions.MOST
