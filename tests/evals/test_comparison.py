"""A comparison: right counts and figures, computed once; what is not comparable is refused with the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from afsweb.core.models import Artifact, Event, Job, User, WorkState
from datasets_app.models import Domain, Sample, SampleVersion, Snapshot, SnapshotEntry, Source
from evals_app.compare.confusion import collapse
from evals_app.compare.report import Confused, Outcome, Report
from evals_app.errors import ComparisonGoesOn, NotComparable, RunNotFinished, SameRun
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.runs.launch import compute_again, go_on, launch_comparison, launch_eval, rescore_eval
from evals_app.suites import make_suite
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import MakeVersion, answer_right, register_drafts, states
from training_app.models import Recipe, TrainingRun

Do = Callable[[Job | None], str]
MANY = tuple(r.name for r in registers_of("", ["PPU"]))[:12]


@pytest.fixture
def many(domain: Domain) -> Suite:
    """Twelve registers, three questions each."""
    drafts = register_cases(registers_of(" ".join(MANY), ()), seed=1)
    return make_suite("many", name="Many", domain=domain, scorer="register_claims", drafts=drafts)


@pytest.fixture
def answered(server: CompletionsServer, make_version: MakeVersion, trainer: User, do: Do) -> Callable[..., EvalRun]:
    """`answered(suite, right=names, otherwise=text)`: a finished run of a version that knows these registers."""

    def answer(suite: Suite, right: tuple[str, ...] = (), otherwise: str | int = "I do not know.") -> EvalRun:
        server.table.clear()
        server.otherwise = otherwise
        answer_right(server, suite, right)
        run = launch_eval(suite, make_version(f"v{EvalRun.objects.count()}"), trainer)
        assert do(run.job) == "succeeded"
        return EvalRun.objects.select_related("suite", "version", "job").get(pk=run.pk)

    return answer


def compared(baseline: EvalRun, candidate: EvalRun, do: Do) -> Report:
    comparison = launch_comparison(baseline, candidate, None)
    assert do(comparison.job) == "succeeded"
    comparison.refresh_from_db()
    assert comparison.state == WorkState.SUCCEEDED
    return Report.model_validate(comparison.statistics)


def test_counts_and_figures(many: Suite, answered: Callable[..., EvalRun], do: Do) -> None:
    baseline = answered(many, right=MANY[:2], otherwise="It is TM.")
    candidate = answered(many, right=MANY[1:], otherwise="It is TM.")
    report = compared(baseline, candidate, do)
    assert {outcome: report.count(outcome) for outcome in Outcome} == {
        Outcome.BROKE: 3,
        Outcome.FIXED: 30,
        Outcome.STILL_FAILING: 0,
        Outcome.STILL_RIGHT: 3,
        Outcome.MISSING: 0,
    }
    assert report.difference
    assert report.difference.words == "improved by 0.75"
    assert (report.difference.paired.clusters, report.difference.paired.cases) == (12, 36)
    assert (report.difference.paired.better, report.difference.paired.worse) == (10, 1)
    assert report.mcnemar_p < 1e-5
    assert report.baseline.score
    assert report.baseline.score.value == pytest.approx(2 / 12)


def test_the_same_answers_twice_are_no_difference_and_no_proof(
    many: Suite, answered: Callable[..., EvalRun], do: Do
) -> None:
    report = compared(answered(many, right=MANY[:5]), answered(many, right=MANY[:5]), do)
    assert report.difference
    assert report.difference.words.startswith("inconclusive: could only detect 0.26")
    assert (report.difference.paired.p, report.mcnemar_p) == (1.0, 1.0)


def test_what_cannot_be_read_is_counted_apart_and_earns_nothing(
    many: Suite, answered: Callable[..., EvalRun], do: Do
) -> None:
    report = compared(answered(many, right=MANY), answered(many, right=MANY[:6]), do)
    assert (report.candidate.unparsed, report.baseline.unparsed) == (18, 0)
    assert report.count(Outcome.BROKE) == 18
    assert sum(case.unparsed for case in report.cases) == 18


def test_cases_without_an_answer_are_missing_not_wrong(
    many: Suite, answered: Callable[..., EvalRun], server: CompletionsServer, do: Do
) -> None:
    baseline = answered(many, right=MANY)
    candidate = answered(many, right=MANY[3:], otherwise=503)
    report = compared(baseline, candidate, do)
    assert report.count(Outcome.MISSING) == 9
    assert report.count(Outcome.BROKE) == 0
    assert report.difference
    assert (report.difference.paired.difference, report.difference.paired.cases) == (0.0, 27)


def test_categories_are_compared_with_p_values_adjusted_for_all_of_them(
    domain: Domain, answered: Callable[..., EvalRun], do: Do
) -> None:
    drafts = register_cases(registers_of("", ["PPU", "CPU"]), seed=1)
    suite = make_suite("areas", name="Areas", domain=domain, scorer="register_claims", drafts=drafts)
    ppu = tuple(r.name for r in registers_of("", ["PPU"]))
    report = compared(answered(suite), answered(suite, right=ppu), do)
    cpu, graphics = report.categories
    assert (cpu.name, graphics.name) == ("CPU registers", "PPU registers")
    assert cpu.difference
    assert graphics.difference
    assert graphics.difference.paired.difference == 1.0
    assert graphics.p_adjusted == pytest.approx(2 * graphics.difference.paired.p)
    assert (cpu.p_adjusted, cpu.cases) == (1.0, 90)


def test_a_collapse_onto_one_name_is_seen(many: Suite, answered: Callable[..., EvalRun], do: Do) -> None:
    report = compared(answered(many, right=MANY), answered(many, otherwise="It is CGADD."), do)
    found = report.confusion["candidate"]
    assert found.collapse == "One answer, CGADD, for 12 of 12 subjects: the version collapsed onto it."
    assert {subject.answered for subject in found.subjects} == {"CGADD"}
    assert report.confusion["baseline"].collapse == ""
    assert all(subject.answered == subject.right for subject in report.confusion["baseline"].subjects)


def test_one_answer_for_few_subjects_is_no_collapse() -> None:
    few = [Confused(subject=str(i), right="A", answered="B", share=1.0, answers=3) for i in range(4)]
    assert collapse(few) == ""


def train_on(run: EvalRun, texts: list[str], user: User) -> None:
    """Make the run's version one that was trained on these instructions."""
    domain = run.suite.domain
    source = Source.objects.create(name="a file", kind="upload", domain=domain, created_by=user)
    artifact = Artifact.objects.create(
        sha256=f"{run.pk:064d}", kind="adapter", name="a", size_bytes=1, file_count=1, manifest={}
    )
    snapshot = Snapshot.objects.create(name=f"snapshot {run.pk}", domain=domain, sha256=f"{run.pk:064d}")
    for position, text in enumerate(texts):
        sample = Sample.objects.create(domain=domain, source=source)
        version = SampleVersion.objects.create(
            sample=sample, instruction=text, output="INIDISP", sha256="0" * 64, normal_sha256="0" * 64
        )
        SnapshotEntry.objects.create(snapshot=snapshot, version=version, split="train", position=position)
    recipe = Recipe.objects.create(name=f"r{run.pk}", base_model=run.version.base_model, params={})
    training = TrainingRun.objects.create(name="t", recipe=recipe, snapshot=snapshot, adapter=artifact)
    run.version.run, run.version.adapter = training, artifact
    run.version.save()


def test_questions_in_the_training_data_are_found_and_left_out(
    many: Suite, answered: Callable[..., EvalRun], do: Do, trainer: User
) -> None:
    baseline, candidate = answered(many, right=MANY[:6]), answered(many, right=MANY)
    leaked = many.cases.filter(cluster__in=MANY[:2])
    texts = [f"  {case.question.upper()}\n" for case in leaked]
    train_on(candidate, [*texts, "Something else?"], trainer)
    report = compared(baseline, candidate, do)
    assert report.candidate.leaks.samples == 7
    assert sorted(report.candidate.leaks.cases) == sorted(case.pk for case in leaked)
    assert report.baseline.leaks.samples is None
    assert report.difference
    assert report.without_leaked
    assert (report.difference.paired.cases, report.without_leaked.paired.cases) == (36, 30)


def test_clean_training_data_is_said_to_be_clean(
    many: Suite, answered: Callable[..., EvalRun], do: Do, trainer: User
) -> None:
    baseline, candidate = answered(many), answered(many)
    train_on(candidate, ["Something else?"], trainer)
    report = compared(baseline, candidate, do)
    assert (report.candidate.leaks.samples, report.candidate.leaks.cases) == (1, [])
    assert report.without_leaked is None


def test_different_suites_are_refused_with_their_sizes(
    many: Suite, suite: Suite, answered: Callable[..., EvalRun], trainer: User
) -> None:
    with pytest.raises(NotComparable, match=r"Many 1 with 36 cases and Registers 1 with 15 cases"):
        launch_comparison(answered(many), answered(suite), trainer)
    assert not Comparison.objects.exists()


def test_different_scorers_are_refused_until_the_older_is_rescored(
    many: Suite, answered: Callable[..., EvalRun], trainer: User, do: Do
) -> None:
    baseline, candidate = answered(many), answered(many)
    baseline.hashes["scorer"] = "register_claims 0"
    baseline.save()
    with pytest.raises(NotComparable, match="Rescore the older run first"):
        launch_comparison(baseline, candidate, trainer)
    do(rescore_eval(baseline, trainer))
    baseline.refresh_from_db()
    assert launch_comparison(baseline, candidate, trainer).job


def test_another_sampling_is_compared_and_labelled(many: Suite, answered: Callable[..., EvalRun], do: Do) -> None:
    baseline, candidate = answered(many), answered(many)
    baseline.hashes["sampling"] = "of another time"
    baseline.save()
    report = compared(baseline, candidate, do)
    assert {check.name: check.state for check in report.checks} == {
        "suite": "same",
        "scorer": "same",
        "template": "unknown",
        "sampling": "different",
    }
    assert not report.is_like_with_like


def test_an_unfinished_run_is_refused(
    many: Suite, answered: Callable[..., EvalRun], make_version: MakeVersion, trainer: User
) -> None:
    with pytest.raises(RunNotFinished):
        launch_comparison(answered(many), launch_eval(many, make_version("late"), trainer), trainer)


def test_a_run_is_not_compared_with_itself(many: Suite, answered: Callable[..., EvalRun], trainer: User) -> None:
    run = answered(many)
    with pytest.raises(SameRun):
        launch_comparison(run, run, trainer)


def test_the_same_pair_is_one_comparison(many: Suite, answered: Callable[..., EvalRun], trainer: User, do: Do) -> None:
    baseline, candidate = answered(many), answered(many)
    first = launch_comparison(baseline, candidate, trainer)
    with pytest.raises(ComparisonGoesOn):
        compute_again(first, trainer)
    assert launch_comparison(baseline, candidate, trainer) == first
    do(first.job)
    again = launch_comparison(baseline, candidate, trainer)
    assert (again, again.state, Job.objects.filter(kind="evals.compare").count()) == (first, WorkState.SUCCEEDED, 1)
    assert Event.objects.filter(object_type="evals.comparison").count() == 1


def test_computing_again_gives_the_same_numbers(
    many: Suite, answered: Callable[..., EvalRun], trainer: User, do: Do
) -> None:
    first = compared(answered(many, right=MANY[:4]), answered(many, right=MANY[2:]), do)
    comparison = Comparison.objects.get()
    compute_again(comparison, trainer)
    comparison.refresh_from_db()
    do(comparison.job)
    comparison.refresh_from_db()
    assert Report.model_validate(comparison.statistics) == first


def test_new_answers_make_the_comparison_new(
    many: Suite, answered: Callable[..., EvalRun], server: CompletionsServer, trainer: User, do: Do
) -> None:
    baseline, candidate = answered(many), answered(many, right=MANY[1:], otherwise=503)
    compared(baseline, candidate, do)
    answer_right(server, many, MANY)
    go_on(candidate, trainer)
    candidate.refresh_from_db()
    do(candidate.job)
    comparison = Comparison.objects.get()
    assert comparison.state == WorkState.QUEUED
    do(comparison.job)
    comparison.refresh_from_db()
    assert states(candidate) == {"scored": 36}
    assert Report.model_validate(comparison.statistics).count(Outcome.MISSING) == 0


def test_a_suite_made_twice_under_two_names_is_the_same_suite(
    domain: Domain, suite: Suite, answered: Callable[..., EvalRun], do: Do
) -> None:
    twin = make_suite("twin", name="Twin", domain=domain, scorer="register_claims", drafts=register_drafts())
    report = compared(answered(suite), answered(twin), do)
    assert len(report.cases) == 15
