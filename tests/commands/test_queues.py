"""`afs queue`: saved queues at the terminal, and reviewing from one."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, User
from datasets_app.models import Decision, Review, ReviewQueue, Sample
from tests.commands.conftest import Afs
from tests.review.making import MakeSamples
from tests.review.queues import judge, people, saved

pytestmark = pytest.mark.django_db


def test_a_queue_is_added_shown_changed_and_archived(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(3)
    said = afs("queue", "add", "mine", "--filter", "kind=register", "--order", "newest", "--shared", "--repeat", "0.02")
    assert said.status == 0
    queue = ReviewQueue.objects.get()
    assert (queue.owner, queue.query, queue.order, queue.is_shared) == (reviewer, {"kind": "register"}, "newest", True)
    assert (queue.repeat_share, queue.random_share, queue.overlap) == (0.02, 0.1, 1)
    assert Event.objects.get().source == "cli"
    assert "mine" in afs("queue", "list").out
    shown = afs("queue", "show", "mine").out
    assert "filter: kind=register" in shown and "3 wait for you; 1 judge each" in shown
    afs("queue", "edit", "mine", "--overlap", "2", "--name", "ours", "--reviewer", "a-reviewer", "--no-shared")
    queue.refresh_from_db()
    assert (queue.name, queue.overlap, queue.order, queue.is_shared) == ("ours", 2, "newest", False)
    assert list(queue.reviewers.all()) == [reviewer]
    assert "ours: archived" in afs("queue", "archive", queue.uuid).out
    assert "there is no queue" in afs("queue", "list").out
    assert "ours" in afs("queue", "list", "--archived").out
    assert "ours: in use" in afs("queue", "restore", "ours").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "mine", "--filter", "kind"], "mine"),
        (["add", "mine", "--filter", "domain=nowhere"], "“domain” does not know “nowhere”"),
        (["add", "mine", "--reviewer", "nobody"], "There is no person “nobody”"),
        (["show", "nothing"], "There is no review queue “nothing”"),
        (["edit", "theirs", "--overlap", "2"], "Only a-trainer or an admin changes “theirs”"),
        (["archive", "theirs"], "Only a-trainer or an admin changes “theirs”"),
    ],
)
def test_what_is_wrong_is_said(afs: Afs, reviewer: User, trainer: User, words: list[str], said: str) -> None:
    ReviewQueue.objects.create(name="theirs", owner=trainer, is_shared=True)
    answer = afs("queue", *words, "--as", "a-reviewer")
    assert said in answer.out + answer.err
    assert answer.status == (0 if words[-1] == "kind" else 1)


@pytest.mark.parametrize("words", [["--overlap", "10"], ["--repeat", "0.2"], ["--order", "random"]])
def test_a_rule_out_of_bounds_is_a_wrong_argument(afs: Afs, reviewer: User, words: list[str]) -> None:
    assert afs("queue", "add", "mine", *words).status == 2
    assert not ReviewQueue.objects.exists()


def test_show_tells_who_has_done_what_and_how_alike(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    queue, (one, two) = saved(overlap=2), people(2)
    for sample, said in zip(make_samples(3), [Decision.ACCEPT, Decision.REJECT, Decision.REJECT], strict=True):
        judge(one, sample, Decision.ACCEPT, queue, seconds=3)
        second = judge(two, sample, said, queue, seconds=5)
    judge(two, second.sample, Decision.REJECT, queue, repeat_of_id=second.pk)
    shown = afs("queue", "show", queue.rules.name, "--as", "a-reviewer").out
    assert "person 0: 3 decided, 0 passed over, 3.0 s each" in shown
    assert "person 1: 3 decided, 0 passed over, 5.0 s each, 1 of 1 the same when asked again" in shown
    assert "person 0 and person 1: Cohen's kappa 0.00 of 3" in shown


def test_reviewing_from_a_queue(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(1)
    (story,) = make_samples(1, kind="story")
    queue = saved(query={"kind": "story"}, overlap=2)
    said = afs("review", "--queue", queue.rules.name, typed="a\n")
    assert f"Sample {story.pk}" in said.out
    review = Review.objects.get()
    assert (review.queue, review.is_opinion, review.sample) == (queue.rules, True, story)
    assert Sample.objects.get(pk=story.pk).state == "pending"


def test_a_queue_for_others_is_not_found(afs: Afs, reviewer: User, trainer: User, sample: Sample) -> None:
    saved(name="theirs").rules.reviewers.add(trainer)
    said = afs("review", "--queue", "theirs", "--as", "a-reviewer", typed="a\n")
    assert said.status == 1
    assert not Review.objects.exists()
