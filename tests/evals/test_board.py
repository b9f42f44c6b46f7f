"""The board: up to eight versions against one baseline, from stored comparisons, its state in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, Job, Role, User, WorkState
from datasets_app.models import Domain
from evals_app.board.board import make_board
from evals_app.board.cases import TABS, rows_of, sorted_into_tabs
from evals_app.board.choosing import board_url, finished_runs, newest_of_each_version
from evals_app.models import Case, Comparison, EvalRun, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.runs.launch import launch_comparison
from evals_app.stats import holm
from evals_app.suites import make_suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import FRAME, text

Login = Callable[[Role | User], Client]
Do = Callable[[Job | None], str]
NAMES = [register.name for register in registers_of("", ["PPU"])[:16]]
HTMX = {"HX-Request": "true", "HX-Target": "evidence"}


def knows(count: int, otherwise: str = "It is CGADD.") -> Callable[[Case], str]:
    """A version that knows the first registers, and says the same of every other."""
    return lambda case: say_right(case) if case.cluster in NAMES[:count] else otherwise


@pytest.fixture
def many(domain: Domain) -> Suite:
    """Sixteen registers of two parts, three questions each."""
    registers = [*registers_of(" ".join(NAMES), ())]
    drafts = register_cases(registers, seed=1)
    return make_suite("many", name="Many", domain=domain, scorer="register_claims", drafts=drafts)


@pytest.fixture
def runs(many: Suite, make_version: MakeVersion) -> list[EvalRun]:
    """A baseline that knows half, one that knows nearly all, one that knows none."""
    told = {"base": knows(8), "good": knows(15), "bad": knows(0)}
    return [make_run(many, make_version(name), say) for name, say in told.items()]


def compute(runs: list[EvalRun]) -> None:
    for run in runs[1:]:
        make_comparison(runs[0], run)


def test_every_candidate_has_its_verdict(
    client_as: Login, runs: list[EvalRun], django_assert_max_num_queries: Any
) -> None:
    compute(runs)
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 10):
        shown = text(viewer.get(board_url(runs)))
    assert "3 versions on Many 1" in shown
    assert "improved by 0.44" in shown
    assert "regressed by 0.50" in shown
    assert "score 0.50 → 0.94" in shown
    assert "+87.5 % of the baseline" in shown
    assert "0 fixed, 24 broke of 48 cases" in shown
    assert "One answer, CGADD, for 16 of 16 subjects" in shown


def test_eight_versions_cost_no_more_queries_than_three(
    client_as: Login, many: Suite, runs: list[EvalRun], make_version: MakeVersion, django_assert_max_num_queries: Any
) -> None:
    runs = [*runs, *(make_run(many, make_version(f"v{count}"), knows(count)) for count in range(9, 14))]
    compute(runs)
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 10):
        shown = text(viewer.get(board_url(runs)))
    assert "8 versions on Many 1" in shown
    assert "Another version" not in shown


def test_p_is_adjusted_for_all_candidates_and_the_verdict_follows(runs: list[EvalRun]) -> None:
    compute(runs)
    one, three = make_board(runs[0], runs[1:2]), make_board(runs[0], runs[1:])
    assert one.columns[0].found
    p = one.columns[0].found.paired.p
    assert one.columns[0].p_holm == p
    told = [column.found.paired.p for column in three.columns if column.found]
    assert [column.p_holm for column in three.columns] == holm(told)
    assert holm(told) != told


def test_what_is_clear_alone_may_not_be_among_many(many: Suite, runs: list[EvalRun], make_version: MakeVersion) -> None:
    """Six facts of sixteen got better and none worse: p = 2 / 2^6 by itself, seven times that beside six others."""
    better = [make_run(many, make_version(f"v{n}"), knows(14)) for n in range(7)]
    alone = make_board(runs[0], [make_comparison(runs[0], better[0]).candidate])
    assert alone.columns[0].words == "improved by 0.38"
    compute([runs[0], *better[1:]])
    among = make_board(runs[0], better)
    assert {column.words for column in among.columns} == {"inconclusive: clear by itself, not among so many candidates"}


def test_another_suite_is_not_comparable_and_gets_no_number(
    client_as: Login, runs: list[EvalRun], suite: Suite, make_version: MakeVersion
) -> None:
    other = make_run(suite, make_version("other"), say_right)
    compute(runs[:2])
    shown = text(client_as(Role.TRAINER).get(board_url([runs[0], runs[1], other])))
    assert "Many 1 with 48 cases and Registers 1 with 15 cases" in shown
    assert "suite differs: other v1" in shown
    assert shown.count("of the baseline</small>") == 1
    assert "<th>other v1</th>" not in shown
    assert "Compute</button>" not in shown


def test_what_differs_is_red_and_named(client_as: Login, many: Suite, make_version: MakeVersion) -> None:
    base = make_run(many, make_version("base"), knows(8), judge="j" * 64)
    same = make_run(many, make_version("same"), knows(9), judge="j" * 64)
    warm = make_run(many, make_version("warm"), knows(9), judge="j" * 64, sampling="u" * 64, simulator="x" * 64)
    compute([base, same, warm])
    shown = text(client_as(Role.VIEWER).get(board_url([base, same, warm])))
    for name in ("sampling", "simulator"):
        assert f"{name} differs: warm v1" in shown
    assert "did not measure the same thing the same way" in shown
    fine = text(client_as(Role.VIEWER).get(board_url([base, same])))
    assert "differs:" not in fine
    assert ">judge</span>" in fine
    assert "simulator" not in fine.partition('id="content"')[2].partition("How it was")[0]


def test_what_another_judge_judged_gets_no_number(client_as: Login, many: Suite, make_version: MakeVersion) -> None:
    base = make_run(many, make_version("base"), knows(8), judge="j" * 64)
    other = make_run(many, make_version("other"), knows(9), judge="k" * 64)
    shown = text(client_as(Role.VIEWER).get(board_url([base, other])))
    assert "judge differs: other v1" in shown
    assert "two judges judged them" in shown


def test_missing_comparisons_are_computed_by_one_button(
    client_as: Login, runs: list[EvalRun], do: Do, suite: Suite, make_version: MakeVersion
) -> None:
    compute(runs[:2])
    runs.append(make_run(suite, make_version("other"), say_right))
    trainer = client_as(Role.TRAINER)
    assert "not compared yet" in text(trainer.get(board_url(runs)))
    asked = {"baseline": runs[0].uuid, "run": [run.uuid for run in runs[1:]]}
    response = trainer.post(reverse("compute_board"), asked)
    assert response["Location"] == board_url(runs)
    assert Comparison.objects.count() == 2
    shown = text(trainer.get(board_url(runs)))
    assert "1 comparison. The page shows itself" in shown
    assert 'hx-trigger="every 2s"' in shown
    part = trainer.get(board_url(runs), headers={"HX-Request": "true"})
    assert (text(part).count("being computed"), "HX-Refresh" in part) == (1, False)
    assert do(Job.objects.get(kind="evals.compare")) == "succeeded"
    assert trainer.get(board_url(runs), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "regressed by 0.50" in text(trainer.get(board_url(runs)))


def test_viewers_cannot_compute(client_as: Login, runs: list[EvalRun]) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.post(reverse("compute_board"), {"baseline": runs[0].uuid}).status_code == 403
    assert "Compute</button>" not in text(viewer.get(board_url(runs)))
    assert client_as(Role.TRAINER).post(reverse("compute_board"), {"baseline": uuid4()}).status_code == 404


def test_the_baseline_is_chosen_and_versions_come_and_go(
    client_as: Login, runs: list[EvalRun], many: Suite, make_version: MakeVersion
) -> None:
    compute(runs)
    late = make_run(many, make_version("late"), say_right)
    shown = text(client_as(Role.VIEWER).get(board_url(runs)))
    for address in (board_url([runs[1], runs[0], runs[2]]), board_url([runs[0], runs[2]])):
        assert address.replace("&", "&amp;") in shown
    assert f'<option value="{late.uuid}">late v1' in shown
    assert f'<option value="{runs[1].uuid}">' not in shown
    turned = text(client_as(Role.VIEWER).get(board_url([runs[1], runs[0]])))
    assert "not compared yet" in turned


def test_a_suite_alone_shows_the_newest_run_of_each_version(client_as: Login, runs: list[EvalRun], many: Suite) -> None:
    again = make_run(many, runs[2].version, knows(2))
    assert newest_of_each_version(many) == [runs[0], runs[1], again]
    assert "3 versions on Many 1" in text(client_as(Role.VIEWER).get(reverse("show_board"), {"suite": str(many.uuid)}))
    assert "3 versions on Many 1" in text(client_as(Role.VIEWER).get(reverse("show_board")))


@pytest.mark.parametrize("query", [{"suite": "x"}, {"baseline": "nonsense"}, {"run": "1", "tab": "?", "from": "-1"}])
def test_nonsense_in_the_address_shows_what_there_is(client_as: Login, db: None, query: dict[str, str]) -> None:
    assert "once versions have answered a suite" in text(client_as(Role.VIEWER).get(reverse("show_board"), query))


def test_runs_that_are_gone_unfinished_or_too_many_are_told(
    client_as: Login, runs: list[EvalRun], many: Suite, make_version: MakeVersion
) -> None:
    EvalRun.objects.filter(pk=runs[2].pk).update(state=WorkState.RUNNING)
    asked = {"baseline": str(runs[0].uuid), "run": [str(runs[1].uuid), str(runs[2].uuid), str(uuid4())]}
    assert "2 of the evaluations asked for are left out" in text(
        client_as(Role.VIEWER).get(reverse("show_board"), asked)
    )
    nine = [runs[0], *(make_run(many, make_version(f"v{n}"), knows(n)) for n in range(8))]
    assert "1 of the evaluations asked for is left out" in text(client_as(Role.VIEWER).get(board_url(nine)))


def test_one_version_alone_asks_for_another(client_as: Login, runs: list[EvalRun]) -> None:
    assert "add another above" in text(client_as(Role.VIEWER).get(board_url(runs[:1])))


def test_cases_are_sorted_by_the_worst_of_all_candidates(client_as: Login, runs: list[EvalRun]) -> None:
    compute(runs)
    board = make_board(runs[0], runs[1:])
    tabs = sorted_into_tabs(rows_of(board))
    assert {name: len(tabs[name]) for name in TABS if tabs[name]} == {
        "broke": 24,
        "fixed": 21,
        "still_failing": 24,
        "still_right": 24,
    }
    assert all(row.change_in("broke") == -1.0 for row in tabs["broke"])
    shown = text(client_as(Role.VIEWER).get(f"{board_url(runs)}&tab=broke"))
    assert shown.count('hx-target="#evidence"') == 24


def test_of_equal_losses_that_in_more_candidates_comes_first(many: Suite, make_version: MakeVersion) -> None:
    def lacks(*clusters: str) -> Callable[[Case], str]:
        return lambda case: "It is CGADD." if case.cluster in clusters else say_right(case)

    told = {"base": say_right, "one": lacks(NAMES[0], NAMES[9]), "other": lacks(NAMES[9])}
    runs = [make_run(many, make_version(name), say) for name, say in told.items()]
    compute(runs)
    rows = sorted_into_tabs(rows_of(make_board(runs[0], runs[1:])))["broke"]
    clusters = [many.cases.get(pk=row.case).cluster for row in rows]
    assert clusters == [NAMES[9]] * 3 + [NAMES[0]] * 3


def test_many_versions_show_their_scores_and_what_became_of_each_in_words(
    client_as: Login, runs: list[EvalRun], many: Suite, make_version: MakeVersion
) -> None:
    four = [*runs, make_run(many, make_version("worse"), knows(4))]
    compute(four)
    shown = text(client_as(Role.VIEWER).get(f"{board_url(four)}&tab=broke"))
    assert shown.count('<td class="tight">') == 24 * 4
    assert '<span class="sr-only">broke</span>' in shown
    assert ">Change</th>" not in shown


def test_cases_that_wait_on_the_next_page(client_as: Login, runs: list[EvalRun]) -> None:
    compute([runs[0], runs[2]])
    url = board_url([runs[0], runs[2]])
    assert "1 to 24 of 24" not in text(client_as(Role.VIEWER).get(url))
    broken = text(client_as(Role.VIEWER).get(f"{url}&tab=still_failing&from=20"))
    assert "21 to 24 of 24" in broken


def test_evidence_has_every_answer_marked_and_its_words_compared(client_as: Login, runs: list[EvalRun]) -> None:
    compute(runs)
    case = runs[0].suite.cases.filter(cluster=NAMES[0]).first()
    assert case
    viewer = client_as(Role.VIEWER)
    whole = text(viewer.get(f"{board_url(runs)}&case={case.uuid}"))
    part = viewer.get(f"{board_url(runs)}&case={case.uuid}", headers=HTMX)
    assert "<html" not in text(part)
    for shown in (whole, text(part)):
        assert f'Evidence: <a href="{case.get_absolute_url()}"' in shown
        assert '<mark class="ok"' in shown
        assert '<mark class="bad"' in shown
        assert "<ins>CGADD</ins>" in shown
    worst = text(viewer.get(board_url(runs)))
    assert "Evidence: <a" in worst


def test_evidence_of_no_case_says_what_will_be_here(client_as: Login, runs: list[EvalRun]) -> None:
    compute(runs)
    viewer = client_as(Role.VIEWER)
    for wanted in ("nonsense", uuid4()):
        assert "Choose a case" in text(viewer.get(f"{board_url(runs)}&case={wanted}", headers=HTMX))


def test_evidence_of_repeats_measures_and_earlier_scores(
    client_as: Login, many: Suite, make_version: MakeVersion
) -> None:
    runs = [make_run(many, make_version(name), knows(8), repeats=2) for name in ("a", "b")]
    result = runs[1].results.select_related("case").first()
    assert result
    result.measures, result.transcript, result.stop_reason = (
        {"cycles": 12},
        [{"role": "user", "content": "Hi"}],
        "turns",
    )
    result.save()
    result.scores.create(scorer="rubric", version="7", value=0.25, explanation="It is short.")
    compute(runs)
    shown = text(client_as(Role.VIEWER).get(f"{board_url(runs)}&case={result.case.uuid}", headers=HTMX))
    for fact in (
        "repeat 2",
        "<dt>cycles</dt> <dd> 12 </dd>",
        "rubric 7",
        "0.25 It is short.",
        "1 messages; ended: turns",
    ):
        assert fact in shown


def test_the_timeline_has_what_may_be_compared(
    client_as: Login, runs: list[EvalRun], suite: Suite, make_version: MakeVersion
) -> None:
    other = make_run(suite, make_version("other"), say_right)
    viewer = client_as(Role.VIEWER)
    url = board_url([*runs, other], "draw_board")
    light, dark = (viewer.get(f"{url}&theme={theme}").content.decode() for theme in ("light", "dark"))
    said = light
    assert light != dark
    assert "1. base v1" in said
    assert "other v1" not in said
    assert viewer.get(reverse("draw_board"), {"baseline": str(uuid4())}).status_code == 404


def test_a_note_is_kept_with_its_history(client_as: Login, runs: list[EvalRun]) -> None:
    compute(runs)
    comparison = Comparison.objects.first()
    assert comparison
    url, reviewer = reverse("edit_note", args=[comparison.uuid]), client_as(Role.REVIEWER)
    response = reviewer.post(url, {"note": " Look at DMA. ", "back": board_url(runs)})
    assert response["Location"] == board_url(runs)
    assert "Look at DMA." in text(reviewer.get(board_url(runs)))
    reviewer.post(url, {"note": "Look at DMA."})
    reviewer.post(url, {"note": ""})
    lines = Event.objects.filter(verb="note").order_by("pk").values_list("before__note", "after__note")
    assert list(lines) == [("", "Look at DMA."), ("Look at DMA.", "")]
    assert reviewer.post(url, {"note": "x", "back": "https://elsewhere.example/"})["Location"] == (
        comparison.get_absolute_url()
    )
    assert client_as(Role.VIEWER).post(url, {"note": "x"}).status_code == 403
    assert "Keep it" not in text(client_as(Role.VIEWER).get(board_url(runs)))


def test_a_board_reads_what_is_stored_and_computes_nothing(runs: list[EvalRun]) -> None:
    made = make_comparison(runs[0], runs[1])
    made.statistics["difference"]["words"] = "kept"
    made.save()
    board = make_board(runs[0], list(finished_runs().filter(pk=runs[1].pk)))
    assert board.columns[0].found
    assert board.columns[0].found.words == "kept"
    assert launch_comparison(runs[0], runs[1], None) == made
