"""Actions on many samples while others decide on the same ones: each sample is changed by one, and all is counted."""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from afsweb.core.models import Event
from datasets_app.bulk import drafting
from datasets_app.bulk.doing import do_bulk
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.running import confirm
from datasets_app.models import BulkAction, BulkVerb, Decision, Review, Sample
from datasets_app.review.decisions import decide
from tests.review.making import MakeSamples, version
from tests.review.test_decide_at_once import at_once, people
from tests.rows import leased

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_bulk_action_and_reviewers_never_overrule_each_other(
    make_samples: MakeSamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "PART", 7)
    samples, (chief, *others) = make_samples(60), people(4)
    action = draft(Wish(BulkVerb.ACCEPT), by=chief)
    confirm(action, chief)
    assert action.job is not None

    def decide_some(place: int) -> int:
        taken = 0
        for sample in random.Random(place).sample(samples, 30):
            try:
                decide(others[place], version(sample), Decision.REJECT, revision=0, reason="other")
                taken += 1
            except Exception as error:  # noqa: BLE001 (somebody was faster: counted by its absence)
                assert "Not counted" in str(error)
        return taken

    with leased(action.job) as ctx:
        _, *taken = at_once(lambda: do_bulk(ctx, action_id=action.pk), *(lambda n=n: decide_some(n) for n in range(3)))
    action = BulkAction.objects.get(pk=action.pk)
    by_others = sum(count for count in taken if isinstance(count, int))
    assert action.done == Sample.objects.filter(state="accepted").count()
    assert action.done + sum(action.left_out.values()) == 60
    assert by_others == Sample.objects.filter(state="rejected").count()
    assert Review.objects.count() == action.done + by_others
    assert set(Sample.objects.exclude(state="pending").values_list("revision", flat=True)) == {1}


def test_two_actions_change_each_sample_once(make_samples: MakeSamples) -> None:
    make_samples(20)
    one, other = people(2)
    actions = [draft(Wish(BulkVerb.ACCEPT), by=one), draft(Wish(BulkVerb.GOLDEN), by=other)]
    for action, person in zip(actions, (one, other), strict=True):
        confirm(action, person)
    with leased(actions[0].job) as first, leased(actions[1].job) as second:  # type: ignore[arg-type]
        at_once(lambda: do_bulk(first, action_id=actions[0].pk), lambda: do_bulk(second, action_id=actions[1].pk))
    done = [BulkAction.objects.get(pk=action.pk).done for action in actions]
    assert sum(done) <= 20
    assert Event.objects.filter(is_part=True).count() == sum(done)
    assert Sample.objects.filter(revision=1).count() == sum(done)


def test_a_sample_that_is_being_changed_right_now_is_left_alone(make_samples: MakeSamples) -> None:
    one, _ = make_samples(2)
    (person,) = people(1)
    action = draft(Wish(BulkVerb.TAG, tag="x"), by=person)
    confirm(action, person)
    with leased(action.job) as ctx, transaction.atomic():  # type: ignore[arg-type]
        Sample.objects.select_for_update().get(pk=one.pk)
        at_once(lambda: do_bulk(ctx, action_id=action.pk))
    action = BulkAction.objects.get(pk=action.pk)
    assert (action.done, action.left_out) == (1, {"held": 1})
