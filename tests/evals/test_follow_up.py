"""After an evaluation: people are told, its version's training data is looked through, gates are held against it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from afsweb.core.models import Job, Notification, NotificationKind, User
from datasets_app.models import Domain, Text
from evals_app.contamination.keeping import kept
from evals_app.models import EvalRun, Suite
from evals_app.runs.follow_up import after_run
from evals_app.runs.launch import launch_eval
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import MakeVersion, answer_right
from tests.evals.gating import MANY, gate_of, make_current, make_many, run_of, train_on
from training_app.models import Expert, ModelVersion

Do = Callable[[Job | None], str]


@pytest.fixture
def many(domain: Domain) -> Suite:
    return make_many()


@pytest.fixture
def veran(many: Suite, make_version: MakeVersion, admin_user: User) -> Expert:
    """With a current version that knows two registers, and a gate on the suite."""
    expert = Expert.objects.get(slug="veran")
    old = make_version("old")
    make_current(expert, old, admin_user)
    run_of(many, old, 2)
    # What a server answered has no hashes of a template.
    EvalRun.objects.update(hashes={"suite": many.sha256, "scorer": "register_claims 2"})
    gate_of(expert)
    return expert


def evaluate(suite: Suite, version: ModelVersion, by: User | None, do: Do) -> EvalRun:
    run = launch_eval(suite, version, by)
    assert do(run.job) == "succeeded"
    return run


def follow(do: Do) -> int:
    """Do what waits; how many jobs that were."""
    waiting = list(Job.objects.filter(kind="evals.follow_up", state="queued"))
    for job in waiting:
        assert do(job) == "succeeded"
    return len(waiting)


def told() -> list[tuple[str, str]]:
    return list(Notification.objects.order_by("pk").values_list("person__username", "kind"))


def test_who_launched_it_is_told_that_it_is_done(
    suite: Suite, version: ModelVersion, server: CompletionsServer, trainer: User, do: Do
) -> None:
    answer_right(server, suite)
    run = evaluate(suite, version, trainer, do)
    (note,) = Notification.objects.all()
    assert (note.person, note.kind, note.link) == (trainer, NotificationKind.EVAL_DONE, run.get_absolute_url())
    assert note.text == "tiny v1 has answered Registers 1: 1.00."
    assert follow(do) == 0


def test_nobody_is_told_of_what_they_did_not_choose(
    suite: Suite, version: ModelVersion, server: CompletionsServer, trainer: User, do: Do
) -> None:
    trainer.not_in_app = [NotificationKind.EVAL_DONE.value]
    trainer.save()
    answer_right(server, suite)
    evaluate(suite, version, trainer, do)
    assert told() == []


def test_training_data_is_looked_through_and_the_gate_told_once(
    many: Suite, veran: Expert, make_version: MakeVersion, server: CompletionsServer, trainer: User, do: Do
) -> None:
    version = make_version("new")
    snapshot = train_on(version, [Text("Something else?", "", "By heart.")])
    answer_right(server, many, MANY)
    run = evaluate(many, version, trainer, do)
    assert follow(do) == 1
    assert kept(many, [snapshot])[snapshot.pk].samples == 1
    assert told() == [("a-trainer", "eval_done"), ("a-trainer", "gate_passed")]
    note = Notification.objects.latest("pk")
    assert note.text == "new v1 passes the gate of Veran."
    assert note.link == f"/experts/{veran.uuid}/gate/?version={version.uuid}"
    assert run.job
    after_run(run, run.job.pk)
    follow(do)
    assert [kind for _, kind in told()].count("gate_passed") == 1


def test_a_failed_gate_is_told_to_the_admins_where_a_command_asked(
    many: Suite, veran: Expert, make_version: MakeVersion, server: CompletionsServer, do: Do
) -> None:
    version = make_version("new")
    train_on(version, [Text("Something else?", "", "By heart.")])
    server.otherwise = "It is TM."
    answer_right(server, many, MANY[:1])
    evaluate(many, version, None, do)
    follow(do)
    assert told() == [("a-admin", "eval_done"), ("a-admin", "gate_failed")]


def test_what_cannot_be_known_yet_is_not_told(
    many: Suite, veran: Expert, make_version: MakeVersion, server: CompletionsServer, trainer: User, do: Do
) -> None:
    gate_of(veran, safety="probes")
    version = make_version("new")
    train_on(version, [Text("Something else?", "", "By heart.")])
    answer_right(server, many, MANY)
    evaluate(many, version, trainer, do)
    assert follow(do) == 1
    assert told() == [("a-trainer", "eval_done")]


def test_bases_and_current_versions_are_held_against_no_gate(
    many: Suite, veran: Expert, make_version: MakeVersion, server: CompletionsServer, trainer: User, do: Do
) -> None:
    answer_right(server, many, MANY)
    assert veran.current_version
    for version in (make_version("plain"), veran.current_version):
        evaluate(many, version, trainer, do)
    assert follow(do) == 0
