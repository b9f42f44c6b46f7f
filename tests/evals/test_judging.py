"""A run's judge decides where a rubric does: after the asking, once for each answer, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Endpoint, Host, Job, Role, User
from evals_app.compare.comparability import check_comparable, checks
from evals_app.errors import JudgeChangedHands, JudgeMissing, NotComparable, NothingToJudge, OnlyByJudge
from evals_app.judging.second import ask_second
from evals_app.models import EvalRun, JudgeCheck, Result, Rubric, Score, Suite
from evals_app.rows import run_rows
from evals_app.runs.finish import finish
from evals_app.runs.launch import go_on, launch_eval, rescore_eval
from evals_app.scorers import get_scorer
from evals_app.suites import CaseDraft, make_suite
from tests.commands.running import afs, refused
from tests.evals.completions_server import CompletionsServer, serve_completions
from tests.evals.conftest import MakeVersion, lease, states
from tests.evals.judge_server import Judge, judge_at, quality, rubric_of, serve_judge
from tests.evals.judged import answer, judged_suite, of_quality, opinions
from tests.evals.test_pages import FRAME, Login, text
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]
Said = pytest.CaptureFixture[str]


@pytest.fixture
def rubric(db: None) -> Rubric:
    return rubric_of()


@pytest.fixture
def explain(rubric: Rubric, domain: Any) -> Suite:
    return judged_suite(domain)


@pytest.fixture
def bench() -> Iterator[CompletionsServer]:
    """The judge's server."""
    with serve_completions(table=Judge()) as server:
        yield server


@pytest.fixture
def judge(bench: CompletionsServer, db: None) -> Endpoint:
    return judge_at(bench)


@pytest.fixture
def run(explain: Suite, version: ModelVersion, judge: Endpoint, server: CompletionsServer, trainer: User) -> EvalRun:
    answer(server, explain, of_quality)
    return launch_eval(explain, version, trainer, judge=judge)


def judged_of(bench: CompletionsServer) -> list[str]:
    """What the judge was asked about, anchors aside."""
    return [asked for asked in bench.asked() if "What is $2100?" not in asked]


def test_answers_are_judged_after_the_asking(run: EvalRun, do: Do, bench: CompletionsServer) -> None:
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    assert states(run) == {"scored": 8}
    scores = dict(run.results.values_list("case__key", "score"))
    assert scores["explain/4"] == 1.0
    assert scores["explain/1"] == pytest.approx(0.25)
    assert scores["explain/0"] == 0.0
    assert run.score is not None
    assert len(judged_of(bench)) == 8
    assert {body["temperature"] for body in bench.bodies} == {0.0}


def test_a_judgement_stands_on_the_answer_and_beside_it(run: EvalRun, do: Do, rubric: Rubric) -> None:
    do(run.job)
    result = run.results.get(case__key="explain/4")
    assert result.measures == {"Right": 1.0, "Clear": 1.0}
    assert result.is_unsafe is False
    assert "Right 4/4. so it is." in result.explanation
    assert (result.evidence[0]["text"], result.evidence[0]["verdict"]) == ("quality 4: w", "supported")
    score = Score.objects.get(result=result)
    assert (score.scorer, score.value, score.version) == ("rubric", 1.0, result.scorer_version)
    check = JudgeCheck.objects.get()
    assert (check.version, check.rubric, check.run) == (score.version, rubric, run)
    assert check.marks == {"good": 1.0, "half": 0.5, "bad": 0.0}


def test_the_hashes_say_who_judged(run: EvalRun, do: Do, rubric: Rubric) -> None:
    do(run.job)
    run.refresh_from_db()
    assert run.hashes["judge"].startswith("a-judge ")
    assert run.hashes["judge"].endswith(f", clarity:1 {rubric.sha256[:8]}, prompt 1")
    assert run.hashes["scorer"] == "rubric 1"


def test_an_unsafe_answer_earns_nothing(run: EvalRun, do: Do, server: CompletionsServer) -> None:
    server.table["Explain fact 4."] = "quality 4: danger"
    do(run.job)
    result = run.results.get(case__key="explain/4")
    assert (result.score, result.is_unsafe, result.state) == (0.0, True, "scored")


def test_the_judge_sees_the_reference_and_the_question(run: EvalRun, do: Do, bench: CompletionsServer) -> None:
    do(run.job)
    asked = next(asked for asked in judged_of(bench) if "Explain fact 4." in asked)
    assert "A good answer." in asked


def test_a_suite_with_rubric_cases_is_not_launched_without_a_judge(
    explain: Suite, version: ModelVersion, trainer: User, client_as: Login, capsys: Said
) -> None:
    with pytest.raises(JudgeMissing, match="needs a judge"):
        launch_eval(explain, version, trainer)
    data = {
        "suite": explain.uuid,
        "versions": [version.uuid],
        "repeats": 1,
        "max_new_tokens": 9,
        "temperature": 0,
        "seed": 0,
    }
    assert "it needs a judge" in text(client_as(Role.TRAINER).post("/evaluations/launch/", data))
    assert "--judge NAME" in refused(capsys, "eval", "run", "explain", version.name)
    assert not EvalRun.objects.exists()


def test_the_form_and_the_command_choose_the_judge(
    explain: Suite, version: ModelVersion, judge: Endpoint, client_as: Login
) -> None:
    data = {
        "suite": explain.uuid,
        "versions": [version.uuid],
        "repeats": 1,
        "max_new_tokens": 9,
        "temperature": 0,
        "seed": 0,
    }
    client_as(Role.TRAINER).post("/evaluations/launch/", data | {"judge": judge.uuid})
    assert afs("eval", "run", "explain", version.name, "--judge", "a judge") == 0
    assert list(EvalRun.objects.values_list("judge", flat=True)) == [judge.pk, judge.pk]


def test_a_suite_without_rubric_cases_keeps_no_judge(
    suite: Suite, version: ModelVersion, judge: Endpoint, trainer: User
) -> None:
    assert launch_eval(suite, version, trainer, judge=judge).judge is None


def test_an_empty_answer_is_unparsed_and_no_judge_is_asked(
    run: EvalRun, do: Do, server: CompletionsServer, bench: CompletionsServer
) -> None:
    server.table["Explain fact 4."] = "  "
    do(run.job)
    assert states(run) == {"scored": 7, "unparsed": 1}
    assert len(judged_of(bench)) == 7


def unreadable(bench: CompletionsServer) -> None:
    """The judge talks about good answers instead of giving marks."""
    table = bench.table
    assert isinstance(table, Judge)
    table.mark = lambda text: "very good" if quality(text) == 4 and "words" in text else quality(text)  # type: ignore[assignment, return-value]


def test_a_reply_that_cannot_be_read_is_no_zero(run: EvalRun, do: Do, bench: CompletionsServer) -> None:
    unreadable(bench)
    assert do(run.job) == "succeeded"
    assert states(run) == {"failed": 1, "scored": 7}
    result = run.results.get(state="failed")
    assert (result.answer, result.score, result.error) == (of_quality(4), None, "the judge's reply could not be read")
    score = Score.objects.get(result=result)
    assert score.value is None
    assert "very good" in score.explanation


def test_going_on_asks_the_judge_again_and_not_the_version(
    run: EvalRun, do: Do, bench: CompletionsServer, server: CompletionsServer, trainer: User
) -> None:
    unreadable(bench)
    do(run.job)
    asked = len(server.asked())
    assert isinstance(bench.table, Judge)
    bench.table.mark = quality
    run.refresh_from_db()
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 8}
    assert len(server.asked()) == asked
    assert opinions(run)["explain/4"] == 1.0


def test_a_judge_that_was_busy_is_asked_once_more(run: EvalRun, do: Do, bench: CompletionsServer) -> None:
    busy = {"left": 3}
    assert isinstance(bench.table, Judge)
    whole = bench.table.get

    def get(asked: str, otherwise: Any = None) -> Any:
        if "What is $2100?" not in asked and busy["left"]:
            busy["left"] -= 1
            return 503
        return whole(asked, otherwise)

    bench.table.get = get  # type: ignore[method-assign]
    Endpoint.objects.filter(name="a judge").update(capabilities={"concurrency": 1})
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 8}
    assert len(judged_of(bench)) == 8 + 3


def test_answers_that_the_judge_never_judges_are_left_out(run: EvalRun, do: Do, bench: CompletionsServer) -> None:
    assert isinstance(bench.table, Judge)
    whole = bench.table.get
    bench.table.get = lambda asked, otherwise=None: 400 if "Explain fact 3." in asked else whole(asked, otherwise)  # type: ignore[method-assign]
    assert do(run.job) == "succeeded"
    assert states(run) == {"failed": 1, "scored": 7}
    assert run.results.get(state="failed").error.startswith("the judge gave no answer: 400")


def test_a_judge_that_is_down_ends_the_run_and_nothing_is_lost(
    run: EvalRun, do: Do, bench: CompletionsServer, trainer: User
) -> None:
    assert isinstance(bench.table, Judge)
    whole = bench.table.get
    bench.table.get = lambda asked, otherwise=None: 503  # type: ignore[method-assign]
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert "“a judge” gave no answer" in run.error
    assert states(run) == {"answered": 8}
    bench.table.get = whole  # type: ignore[method-assign]
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 8}


def kill_after(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    """Make the process die, as far as rows can tell, when so many judgements are kept."""
    whole = JobContext.fenced

    def dying(ctx: JobContext) -> object:
        if Score.objects.filter(scorer="rubric").count() >= kept:
            raise SystemExit("killed")
        return whole(ctx)

    monkeypatch.setattr(JobContext, "fenced", dying)


@pytest.mark.parametrize("after", [1, 3, 5])
def test_a_killed_judging_goes_on_and_judges_nothing_twice_that_was_kept(
    after: int, run: EvalRun, host: Host, do: Do, bench: CompletionsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Endpoint.objects.filter(name="a judge").update(capabilities={"concurrency": 1})
    assert run.job
    with monkeypatch.context() as patch:
        kill_after(patch, kept=after)
        with pytest.raises(SystemExit):
            perform(lease(run.job, host))
    kept = dict(Score.objects.values_list("result", "pk"))
    assert after <= len(kept) < 8
    asked = len(judged_of(bench))
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 8}
    assert kept.items() <= dict(Score.objects.values_list("result", "pk")).items()
    under_way = 2  # twice the endpoint's concurrency: here the threads of what died still send them
    assert 8 - len(kept) <= len(judged_of(bench)) - asked <= 8 - len(kept) + under_way
    assert JudgeCheck.objects.count() == 1


def test_a_stopped_judging_keeps_its_marks_and_goes_on(
    run: EvalRun, host: Host, do: Do, bench: CompletionsServer, trainer: User
) -> None:
    Endpoint.objects.filter(name="a judge").update(capabilities={"concurrency": 1})
    bench.delay = 0.2
    assert run.job
    ctx = lease(run.job, host)
    whole = bench.come

    def come(body: dict[str, Any], headers: dict[str, str]) -> None:
        whole(body, headers)
        if len(judged_of(bench)) == 3:
            ctx.draining.set()

    bench.come = come  # type: ignore[method-assign]
    ending = perform(ctx)
    assert (ending.name, settle(ending)) == ("put back", True)
    assert 0 < Score.objects.count() < 8
    bench.delay = 0.0
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 8}


def test_two_jobs_share_the_answers(run: EvalRun, host: Host, do: Do, bench: CompletionsServer) -> None:
    """What another job holds under a lease of today is not asked by this one, and free when that job is gone."""
    assert run.job
    do(run.job)
    run.results.update(state="answered", scorer_version="", score=None)
    Score.objects.all().delete()
    other = Job.objects.create(kind="evals.run_suite", title="another", state="queued")
    theirs = lease(other, host)
    held = list(run.results.order_by("pk").values_list("pk", flat=True)[:3])
    Result.objects.filter(pk__in=held).update(lease=theirs.lease)
    asked = len(judged_of(bench))
    Job.objects.filter(pk=other.pk).update(state="queued", lease=None)
    Job.objects.filter(pk=run.job.pk).update(state="queued", lease=None)
    finish(lease(run.job, host), run_rows().get(pk=run.pk))
    assert len(judged_of(bench)) - asked == 8
    assert states(run) == {"scored": 8}


def test_rescoring_asks_no_judge(run: EvalRun, do: Do, bench: CompletionsServer, trainer: User) -> None:
    do(run.job)
    asked = len(bench.asked())
    run.refresh_from_db()
    assert do(rescore_eval(run, trainer)) == "succeeded"
    assert len(bench.asked()) == asked
    assert states(run) == {"scored": 8}


@pytest.mark.parametrize("of_suite", ["rubric", "keyword"])
def test_programs_and_a_judge_share_a_suite(
    of_suite: str,
    rubric: Rubric,
    domain: Any,
    version: ModelVersion,
    judge: Endpoint,
    server: CompletionsServer,
    bench: CompletionsServer,
    trainer: User,
    do: Do,
) -> None:
    """Each case by its own scorer, its suite's where it has none; rescoring changes neither."""
    told: dict[str, dict[str, Any]] = {"rubric": {"rubric": "clarity:1"}, "keyword": {"keywords": ["INIDISP"]}}
    drafts = [
        CaseDraft(
            key=f"{name} {number}",
            category="mixed",
            cluster=name,
            messages=[{"role": "user", "content": f"{name} {number}?"}],
            expected=told[name],
            scorer="" if name == of_suite else name,
        )
        for name in told
        for number in range(2)
    ]
    suite = make_suite("mixed", name="Mixed", domain=domain, scorer=of_suite, drafts=drafts)
    server.otherwise = "quality 2: INIDISP"
    run = launch_eval(suite, version, trainer, judge=judge)
    assert do(run.job) == "succeeded"
    run = run_rows().get(pk=run.pk)
    assert do(rescore_eval(run, trainer)) == "succeeded"
    scores = dict(run.results.values_list("case__key", "score"))
    assert scores == {"rubric 0": 0.5, "rubric 1": 0.5, "keyword 0": 1.0, "keyword 1": 1.0}
    assert len(judged_of(bench)) == 2
    assert "keyword" in run.hashes["scorer"]


def test_a_conversation_is_judged_by_its_transcript(run: EvalRun, do: Do, bench: CompletionsServer, host: Host) -> None:
    assert run.job
    do(run.job)
    talk = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "quality 4: Good day"}]
    run.results.filter(case__key="explain/0").update(
        state="answered", scorer_version="", score=None, transcript=talk, answer=""
    )
    Job.objects.filter(pk=run.job.pk).update(state="queued", lease=None)
    finish(lease(run.job, host), run_rows().get(pk=run.pk))
    assert run.results.get(case__key="explain/0").score == 1.0
    assert "the conversation to judge" in bench.asked()[-1]


def test_a_run_that_lost_its_judge_says_so(run: EvalRun, do: Do) -> None:
    EvalRun.objects.update(judge=None)
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert run.error == str(JudgeChangedHands(count=8))


def test_a_program_cannot_score_by_a_rubric() -> None:
    with pytest.raises(OnlyByJudge, match="clarity:1"):
        get_scorer("rubric").score({"rubric": "clarity:1"}, "x")


def twice(
    explain: Suite, make_version: MakeVersion, judges: tuple[Endpoint, Endpoint], trainer: User, do: Do
) -> tuple[EvalRun, EvalRun]:
    """Two finished runs with a judge each."""
    runs = []
    for judge in judges:
        run = launch_eval(explain, make_version(f"v{EvalRun.objects.count()}"), trainer, judge=judge)
        do(run.job)
        runs.append(run_rows().get(pk=run.pk))
    return runs[0], runs[1]


def test_runs_of_one_judge_are_comparable_and_of_two_are_not(
    explain: Suite, make_version: MakeVersion, judge: Endpoint, server: CompletionsServer, trainer: User, do: Do
) -> None:
    answer(server, explain, of_quality)
    one, two = twice(explain, make_version, (judge, judge), trainer, do)
    check_comparable(one, two)
    assert {check.name: check.state for check in checks(one, two)}["judge's marks"] == "same"
    with serve_judge(name="another") as other:
        _, three = twice(explain, make_version, (judge, other), trainer, do)
    with pytest.raises(NotComparable, match="two judges judged them"):
        check_comparable(one, three)


def test_a_judge_that_changed_between_two_runs_makes_them_not_comparable(
    explain: Suite,
    make_version: MakeVersion,
    judge: Endpoint,
    bench: CompletionsServer,
    server: CompletionsServer,
    trainer: User,
    do: Do,
    client_as: Login,
) -> None:
    answer(server, explain, of_quality)
    first = launch_eval(explain, make_version("one"), trainer, judge=judge)
    do(first.job)
    assert isinstance(bench.table, Judge)
    bench.table.mark = lambda text: min(4.0, quality(text) + 1)
    second = launch_eval(explain, make_version("two"), trainer, judge=judge)
    do(second.job)
    one, two = (run_rows().get(pk=run.pk) for run in (first, second))
    with pytest.raises(NotComparable, match="the judge changed between them"):
        check_comparable(one, two)
    shown = text(client_as(Role.VIEWER).get(two.get_absolute_url()))
    assert "do not compare with earlier runs" in shown
    assert "0.50 → 0.67" in shown
    assert "do not compare" not in text(client_as(Role.VIEWER).get(one.get_absolute_url()))


def test_a_second_opinion_stands_beside_the_score(
    run: EvalRun, do: Do, trainer: User, client_as: Login, django_assert_max_num_queries: Any
) -> None:
    do(run.job)
    run = run_rows().get(pk=run.pk)
    before = dict(run.results.values_list("pk", "score"))
    with serve_judge(mark=lambda _text: 2.0, name="another") as other:
        url = f"{run.get_absolute_url()}judge/"
        assert client_as(Role.TRAINER).post(url, {"judge": other.uuid, "rubric": ""}).status_code == 302
        job = Job.objects.get(kind="evals.judge")
        assert do(job) == "succeeded"
        assert job.result == {} or job.result["without_a_reply"] == 0
    assert dict(run.results.values_list("pk", "score")) == before
    assert Score.objects.filter(value=0.5, scorer="rubric").count() >= 8
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 14):
        shown = text(viewer.get(run.get_absolute_url()))
    assert "another by Clarity 1" in shown


def test_answers_of_programs_get_a_second_opinion_by_a_named_rubric(
    suite: Suite, version: ModelVersion, trainer: User, rubric: Rubric, judge: Endpoint, do: Do
) -> None:
    run = launch_eval(suite, version, trainer)
    do(run.job)
    run = run_rows().get(pk=run.pk)
    with pytest.raises(NothingToJudge):
        ask_second(run, judge, trainer)
    assert do(ask_second(run, judge, trainer, rubric)) == "succeeded"
    assert Score.objects.filter(result__run=run, scorer="rubric", value=0.0).count() == 15
