"""Everything that a reviewer does to samples, each action with its undo; and all that stands in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from afsweb.core.models import Event, User
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.running import confirm, start_undo
from datasets_app.models import (
    BulkAction,
    BulkVerb,
    Decision,
    Golden,
    PreferencePair,
    RejectReason,
    Review,
    Sample,
    SampleVersion,
    Seat,
    Text,
    open_flags,
)
from datasets_app.preferences.pairs import choose
from datasets_app.preferences.pairs import take_back as take_choice_back
from datasets_app.review.cluster import decide_cluster
from datasets_app.review.decisions import archive, decide
from datasets_app.review.edit import edit
from datasets_app.review.queue import Queue
from datasets_app.review.undo import take_back, undo, undo_action
from datasets_app.samples.adding import NewSample, add_samples
from datasets_app.samples.restoring import restore
from tests.review.making import edited, make_source, version
from tests.review.queues import judge, people, saved
from tests.rows import run_job

Undo = Callable[[], object]
SAMPLES, PEOPLE = 5, 2
COLUMNS = ("pk", "state", "decided_by", "is_golden", "current", "is_disputed", "tags", "assigned_to", "kind", "cluster")
BULK_VERBS = [verb for verb in BulkVerb if verb != BulkVerb.VERIFY]


@dataclass(frozen=True)
class Step:
    """One action by its name: who does it, to which sample, and a number that chooses among its forms."""

    what: str
    who: int
    where: int
    how: int


@dataclass(frozen=True)
class World:
    """Two people, a queue in which both of them judge, and samples: three are near-duplicates, two ask the same."""

    users: list[User]
    queue: Queue
    samples: list[Sample]

    def sample(self, step: Step) -> Sample:
        """The sample that a step is about, as it is now."""
        return Sample.objects.select_related("current", "source").get(pk=self.samples[step.where].pk)

    def do(self, step: Step) -> Undo | None:
        """Act; returns the undo, or None where there was nothing to do. Raises DatasetError where it is refused."""
        user, sample = self.users[step.who], self.sample(step)
        if step.what in PLAIN:
            reason = RejectReason.values[step.how % 9] if step.what == "reject" else ""
            note = "a note" if step.how % 2 else ""
            about = version(sample), Decision(step.what)
            review = decide(user, *about, revision=sample.revision, reason=reason, note=note)
            return lambda: undo(user, review)
        return OTHERS[step.what](self, user, sample, step)


def make_world(approvals: int = 1) -> World:
    """The world before anything is done. `approvals`: how many persons make a golden."""
    source = make_source()
    type(source.domain).objects.filter(pk=source.domain_id).update(golden_approvals=approvals)
    questions = ["What is at $2100?", "What is at $2100?", "What is VMAIN?", "What is CGADD?", "What is MDMAEN?"]
    texts = [Text(question, "", f"It is register number {n}.") for n, question in enumerate(questions)]
    samples = add_samples(source, [NewSample(text, kind="register") for text in texts])
    Sample.objects.filter(pk__in=[sample.pk for sample in samples[:3]]).update(cluster=samples[0].pk)
    Sample.objects.filter(pk=samples[3].pk).update(state="accepted", decided_by="gate", tags=["b", "a"])
    return World(people(PEOPLE), saved(overlap=2), samples)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All that stands: of the samples every facet, and which approvals, pairs, flags, decisions and opinions count."""
    standing = Review.objects.filter(undone_at__isnull=True)
    rows = {
        "samples": Sample.objects.values_list(*COLUMNS),
        "approvals": Golden.objects.values_list("pk", "version", "first_by", "second_by", "is_current", "approved"),
        "pairs": PreferencePair.objects.filter(undone_at__isnull=True).values_list("pk", "chosen", "rejected"),
        "flags": open_flags().values_list("pk", "sample", "note"),
        "decisions": standing.values_list("pk", "decision", "reason", "note"),
        "opinions": Seat.objects.filter(review__isnull=False).values_list("version", "reviewer", "review"),
    }
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def _edit(world: World, user: User, sample: Sample, step: Step) -> Undo:
    old = version(sample).text()
    question = old.instruction if step.how % 3 else f"{old.instruction} Please"
    text = Text(question, "", f"Another answer, {uuid4()}.")
    new = (edit if step.how % 2 else edited)(user, version(sample), text)
    review = Review.objects.get(version=new, decision=Decision.EDIT)
    return lambda: undo(user, review)


def _judge(world: World, user: User, sample: Sample, step: Step) -> Undo:
    decision = (Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN)[step.how % 3]
    review = judge(user, sample, decision, world.queue)
    return lambda: undo(user, review)


def _cluster(world: World, user: User, sample: Sample, step: Step) -> Undo:
    decision = (Decision.ACCEPT, Decision.REJECT)[step.how % 2]
    reason, key = "duplicate" if decision == Decision.REJECT else "", uuid4()
    decide_cluster(user, version(sample), decision, revision=sample.revision, key=key, reason=reason)
    return lambda: undo_action(user, key)


def _archive(world: World, user: User, sample: Sample, step: Step) -> Undo:
    archive(user, sample, revision=sample.revision)
    return _by_its_line(user, sample)


def _restore(world: World, user: User, sample: Sample, step: Step) -> Undo | None:
    return _by_its_line(user, sample) if restore(user, sample) else None


def _by_its_line(user: User, sample: Sample) -> Undo:
    line = Event.objects.filter(object_type=Sample._meta.label_lower, object_id=sample.pk).order_by("-pk")[0]
    return lambda: take_back(user, line)


def _choose(world: World, user: User, sample: Sample, step: Step) -> Undo:
    other = world.samples[(step.where + 1 + step.how % (SAMPLES - 1)) % SAMPLES]
    rival = SampleVersion.objects.get(current_of=other)
    pair = choose(user, version(sample), rival)
    return lambda: take_choice_back(user, pair)


def _bulk(world: World, user: User, sample: Sample, step: Step) -> Undo | None:
    verb = BULK_VERBS[step.how % len(BULK_VERBS)]
    picked = [one.uuid for one in world.samples[: step.where + 1]]
    action = draft(
        Wish(
            verb,
            picked=picked,
            reject_reason="other" if verb == BulkVerb.REJECT else "",
            tag="ab"[step.how % 2],
            assignee=world.users[0] if step.how % 3 else None,
        ),
        by=user,
    )
    if not action.previewed:
        return None
    confirm(action, user)
    assert action.job is not None
    run_job(action.job)
    return lambda: _undo_bulk(action.pk, user)


def _undo_bulk(pk: int, user: User) -> None:
    action = BulkAction.objects.get(pk=pk)
    if action.done:
        run_job(start_undo(action, user))


PLAIN = ("accept", "reject", "skip", "golden", "flag", "ungold")
OTHERS: dict[str, Callable[[World, User, Sample, Step], Undo | None]] = {
    "edit": _edit,
    "judge": _judge,
    "cluster": _cluster,
    "archive": _archive,
    "restore": _restore,
    "choose": _choose,
    "bulk": _bulk,
}
