"""A person says that two customers are one: everything goes to the kept one, and both records say so."""

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from conversations import moves
from conversations.consent import Word, consent_record
from conversations.models import OPEN, Consent, Conversation, Customer, IdentityConflict
from handoff import desk as verbs
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(now):
    made = [factories.conversation(now=now, who=factories.sender(number)).customer for number in (1, 2)]
    yield made
    assert list(verify()) == []


def merge(two, now):
    by = factories.agent("boss")
    moves.customers_merge(*two, by=by, now=now)


def test_identities_threads_consents_and_record(two, now):
    kept, other = two
    with transaction.atomic():
        consent_record(other, Word(Consent.Kind.OPT_OUT, Consent.Source.AGENT, now), now=now)
    merge(two, now)
    kept.refresh_from_db()
    assert kept.identities.count() == 4
    assert kept.conversations.count() == 2
    assert Conversation.objects.filter(OPEN).get().customer == kept
    assert kept.consents.get().kind == "opt_out"
    assert kept.opted_out_at == now
    streams = set(Event.objects.filter(event_type="customer.merged").values_list("stream", flat=True))
    assert streams == {f"customer:{kept.pk}", f"customer:{other.pk}"}


def test_later_words_of_the_merged_customer_go_to_the_kept_thread(two, now):
    merge(two, now)
    message = factories.take("again", now=now, who=factories.sender(2))
    assert (message.conversation.customer, Customer.objects.count()) == (two[0], 2)
    assert message.conversation == Conversation.objects.filter(OPEN).get()


@pytest.mark.parametrize("state", ["pending", "human", "dormant"])
def test_thread_that_belongs_to_people_is_not_closed_over_their_heads(two, now, state):
    conversation = two[1].conversations.get()
    agent = factories.agent()
    verbs.request_handoff(conversation.pk, agent=agent, explanation="", now=now)
    if state == "human":
        verbs.accept(conversation.pk, agent=agent, now=now)
    if state == "dormant":
        Conversation.objects.filter(pk=conversation.pk).update(state="dormant", resume_state="pending")
    with pytest.raises(moves.CannotMerge, match="close it first"):
        merge(two, now)
    assert two[1].identities.count() == 2


def test_conflicts_of_the_merged_customer_are_asked_about_the_kept_one_once(two, now):
    kept, other = two
    third = factories.conversation(now=now, who=factories.sender(3)).customer
    channel = factories.channel(now=now)
    for pair in ((kept, other), (other, third), (third, kept)):
        IdentityConflict.objects.create(kept=pair[0], other=pair[1], channel=channel, noticed_at=now)
    merge(two, now)
    open_ones = IdentityConflict.objects.filter(resolved_at=None)
    assert [{found.kept, found.other} for found in open_ones] == [{kept, third}]
    moves.conflict_resolve(open_ones.get(), merge=True, by=factories.agent("carl"), now=now)
    assert Customer.objects.filter(merged_into=None).count() == 1


def test_conflict_of_the_merged_customer_with_a_third_goes_over(two, now):
    third = factories.conversation(now=now, who=factories.sender(3)).customer
    IdentityConflict.objects.create(kept=third, other=two[1], channel=factories.channel(now=now), noticed_at=now)
    merge(two, now)
    conflict = IdentityConflict.objects.get(resolved_at=None)
    assert {conflict.kept, conflict.other} == {two[0], third}


def test_word_that_came_while_the_page_was_open_is_not_overwritten(two, now):
    """The admin's copy of the customer is minutes old: saving it whole would undo an opt-out."""
    Customer.objects.filter(pk=two[0].pk).update(opted_out_at=now)
    merge(two, now)
    assert Customer.objects.get(pk=two[0].pk).opted_out_at == now
