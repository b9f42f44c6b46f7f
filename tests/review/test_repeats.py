"""Silent repeats: what a person judged long ago comes again as if it waited, and only measures the person."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.models import Decision, Review, Sample, SampleState, Snapshot, SnapshotEntry, Text
from datasets_app.review.cards import load_cards
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from datasets_app.review.errors import BadDecision
from datasets_app.review.queue import Queue
from datasets_app.review.repeats import LONG_AGO, claim_repeats, consistency
from datasets_app.review.undo import undo_last
from tests.conftest import make_user
from tests.review.making import MakeSamples, version
from tests.review.queues import judge, saved
from tests.review.test_wire import tell

pytestmark = pytest.mark.django_db
ACCEPT, REJECT, GOLDEN = Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN


@pytest.fixture
def queue(db: None) -> Queue:
    return saved(repeat_share=0.05)


@pytest.fixture
def judged(queue: Queue, reviewer: User, make_samples: MakeSamples) -> list[Review]:
    """Two decisions that are long ago, and those since."""
    return [judge(reviewer, sample, ACCEPT, queue) for sample in make_samples(LONG_AGO + 2)]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first card of every claim is a repeat."""
    monkeypatch.setattr("datasets_app.review.claim._draws", lambda count, share: int(share == 0.05))


def again(user: User, review: Review, decision: Decision, queue: Queue) -> Review:
    return judge(user, review.sample, decision, queue, repeat_of_id=review.pk)


def test_the_oldest_comes_first_then_the_next_then_the_first_again(
    queue: Queue, reviewer: User, judged: list[Review]
) -> None:
    came = []
    for _ in range(4):
        (first,) = claim_repeats(reviewer, queue.rules, 1, []).values()
        came.append(first)
        again(reviewer, Review.objects.get(pk=first), ACCEPT, queue)
    # Each repeat is a decision too, so that one more of the first ones is long ago then.
    assert came == [review.pk for review in judged[:4]]


def test_nothing_comes_again_before_it_is_long_ago(queue: Queue, reviewer: User, make_samples: MakeSamples) -> None:
    for sample in make_samples(LONG_AGO):
        judge(reviewer, sample, ACCEPT, queue)
    assert claim_repeats(reviewer, queue.rules, 5, []) == {}


def test_what_was_all_repeated_comes_a_third_time(queue: Queue, reviewer: User, judged: list[Review]) -> None:
    last = judged[1]
    Review.objects.create(
        sample=last.sample, version=last.version, reviewer=reviewer, queue=queue.rules, decision=ACCEPT,
        repeat_of=judged[-1], is_opinion=True,
    )  # fmt: skip
    assert claim_repeats(reviewer, queue.rules, 1, []) == {judged[0].sample_id: judged[0].pk}


@pytest.mark.parametrize("why", ["held", "edited", "archived", "skipped", "undone", "another's", "leased"])
def test_what_cannot_be_asked_again_is_passed_over(
    queue: Queue, reviewer: User, judged: list[Review], why: str
) -> None:
    sample, held = judged[0].sample, []
    if why == "held":
        held = [sample.uuid]
    elif why == "edited":
        edit(reviewer, judged[0].version, Text("What is $2100?", "", "INIDISP."))
    elif why == "archived":
        Sample.objects.filter(pk=sample.pk).update(state=SampleState.ARCHIVED)
    elif why == "skipped":
        Review.objects.filter(pk=judged[0].pk).update(decision=Decision.SKIP)
    elif why == "undone":
        Review.objects.filter(pk=judged[0].pk).update(undone_at=judged[0].created_at)
    elif why == "another's":
        Review.objects.filter(pk=judged[0].pk).update(reviewer=make_user("trainer"))  # type: ignore[arg-type]
    else:
        other = make_user("trainer")  # type: ignore[arg-type]
        assert claim(Queue(queue.rules), other, 1) == {}
        Sample.objects.filter(pk=sample.pk).update(leased_to=other, leased_until="2999-01-01T00:00Z")
    assert judged[0].pk not in claim_repeats(reviewer, queue.rules, 1, held).values()


def test_a_repeat_changes_nothing(queue: Queue, reviewer: User, judged: list[Review]) -> None:
    before = Sample.objects.get(pk=judged[0].sample_id)
    review = again(reviewer, judged[0], REJECT, queue)
    after = Sample.objects.get(pk=judged[0].sample_id)
    assert (after.standing(), after.revision) == (before.standing(), before.revision)
    assert (review.is_opinion, review.repeat_of) == (True, judged[0])


def test_undoing_a_repeat_forgets_it_alone(queue: Queue, reviewer: User, judged: list[Review]) -> None:
    before = Sample.objects.get(pk=judged[0].sample_id).standing()
    again(reviewer, judged[0], REJECT, queue)
    undo_last(reviewer)
    assert Sample.objects.get(pk=judged[0].sample_id).standing() == before
    assert consistency(queue.rules) == {}
    undo_last(reviewer)
    assert Sample.objects.get(pk=judged[-1].sample_id).state == SampleState.PENDING


def test_the_first_decision_can_be_undone_after_its_repeat(queue: Queue, reviewer: User, judged: list[Review]) -> None:
    from datasets_app.review.undo import undo

    again(reviewer, judged[0], REJECT, queue)
    undo(reviewer, judged[0])
    assert Sample.objects.get(pk=judged[0].sample_id).state == SampleState.PENDING


def test_a_repeat_of_somebody_elses_decision_is_refused(queue: Queue, judged: list[Review]) -> None:
    with pytest.raises(BadDecision, match="somebody else"):
        again(make_user("trainer"), judged[0], ACCEPT, queue)  # type: ignore[arg-type]


def test_repeats_stand_between_what_waits_and_not_alone(
    queue: Queue, reviewer: User, judged: list[Review], make_samples: MakeSamples, always: None
) -> None:
    assert claim(queue, reviewer, 5) == {}
    fresh = {sample.pk for sample in make_samples(4)}
    claimed = claim(queue, reviewer, 5)
    assert {pk: repeated for pk, repeated in claimed.items() if repeated} == {judged[0].sample_id: judged[0].pk}
    assert set(claimed) == fresh | {judged[0].sample_id}


def test_a_page_that_asks_for_one_card_gets_the_repeat_as_long_as_something_waits(
    queue: Queue, reviewer: User, judged: list[Review], make_samples: MakeSamples, always: None
) -> None:
    assert claim(queue, reviewer, 1) == {}
    make_samples(1)
    assert claim(queue, reviewer, 1) == {judged[0].sample_id: judged[0].pk}


def test_where_nothing_is_long_ago_what_waits_comes_in_its_place(
    client_as: Callable[[User], Client], queue: Queue, reviewer: User, make_samples: MakeSamples, always: None
) -> None:
    waiting = make_samples(3)
    assert claim(queue, reviewer, 1) == {waiting[0].pk: None}
    page = client_as(reviewer).get(f"/review/?{queue.query()}")
    assert page.context["card"].sample == waiting[0]


def test_the_card_of_a_repeat_looks_as_if_nobody_had_decided(
    client_as: Callable[[User], Client],
    queue: Queue,
    reviewer: User,
    judged: list[Review],
    make_samples: MakeSamples,
    always: None,
) -> None:
    sample = judged[0].sample
    other = User.objects.create(username="other", role=Role.REVIEWER)
    decide(other, judged[0].version, Decision.GOLDEN, revision=Sample.objects.get(pk=sample.pk).revision)
    snapshot = Snapshot.objects.create(name="a snapshot", domain=sample.domain)
    SnapshotEntry.objects.create(snapshot=snapshot, version=judged[0].version, position=0)
    make_samples(4)
    client = client_as(reviewer)
    told = tell(client, f"/review/next/?{queue.query()}", {"count": 5}).json()
    told = tell(client, f"/review/cards/?{queue.query()}", told | {"user": str(reviewer.uuid)}).json()
    html = {card["sample"]: card["html"] for card in told["cards"]}
    for word in ("accepted", "golden</span>", "a snapshot", "repeated"):
        assert word not in html[str(sample.uuid)]
    assert "In no snapshot yet." in html[str(sample.uuid)]
    assert {names(one) for one in html.values()} == {names(html[str(sample.uuid)])}


def names(html: str) -> tuple[str, ...]:
    """What a card's form sends back, by name."""
    import re

    return tuple(re.findall(r'<input type="hidden" name="(\w+)"', html))


def test_the_script_sends_the_ticket_of_a_card_back(
    client_as: Callable[[User], Client], queue: Queue, reviewer: User, judged: list[Review], always: None
) -> None:
    client = client_as(reviewer)
    (card,) = load_cards(claim_repeats(reviewer, queue.rules, 1, []))
    item = {
        "key": str(uuid4()),
        "version": str(card.version.uuid),
        "revision": card.sample.revision,
        "decision": "reject",
        "reason": "unclear",
        "ticket": queue.ticket(card.repeat_of_id),
    }
    assert send(client, reviewer, item)["status"] == "saved"
    assert Review.objects.latest("pk").repeat_of == judged[0]
    assert Sample.objects.get(pk=judged[0].sample_id).state == SampleState.ACCEPTED


@pytest.mark.parametrize("ticket", ["x", "WzEsMSwxXQ:1x:forged", 7, "t" * 301])
def test_a_forged_ticket_is_refused(
    client_as: Callable[[User], Client], reviewer: User, sample: Sample, ticket: object
) -> None:
    item = {"key": str(uuid4()), "version": str(version(sample).uuid), "revision": 0, "decision": "accept"}
    assert send(client_as(reviewer), reviewer, item | {"ticket": ticket})["status"] == "refused"
    assert not Review.objects.exists()


def send(client: Client, user: User, item: dict[str, Any]) -> dict[str, Any]:
    told = json.dumps({"user": str(user.uuid), "items": [item]})
    answer = client.post("/review/decisions/", told, content_type="application/json")
    return dict(answer.json()["results"][0])


def test_consistency_is_the_share_answered_the_same(queue: Queue, reviewer: User, judged: list[Review]) -> None:
    for review, decision in zip(judged, [ACCEPT] * 7 + [GOLDEN, REJECT, REJECT], strict=False):
        again(reviewer, review, decision, queue)
    again(reviewer, judged[12], Decision.SKIP, queue)
    found = consistency(queue.rules)[reviewer.pk]
    assert (found.same, found.n, found.share) == (8, 10, 0.8)
    # Wilson, z = 1.959964: (0.8 + z²/20 ± z √(0.016 + z²/400)) / (1 + z²/10)
    assert [found.low, found.high] == pytest.approx([0.490162, 0.943318], abs=1e-6)
