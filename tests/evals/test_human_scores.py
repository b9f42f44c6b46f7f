"""People say what answers are worth: one mark each, those first that tell most, without seeing what others said."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Event, Role, User
from evals_app.errors import NotAScore, NothingToTakeBack
from evals_app.models import EvalRun, Score, Suite
from evals_app.people.order import edge_cases_first, judged_of_first
from evals_app.people.scores import give_score, human_scores, take_back, take_back_last
from tests.commands.running import afs, refused
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_run, say_right
from tests.evals.test_pages import FRAME, Login, text

Said = pytest.CaptureFixture[str]


@pytest.fixture
def run(suite: Suite, make_version: MakeVersion) -> EvalRun:
    """All right but for one register."""
    return make_run(
        suite, make_version("good"), lambda case: say_right(case) if case.cluster != "VMAIN" else "It is CGADD."
    )


def test_a_person_has_one_mark_for_an_answer_with_its_reason(run: EvalRun, reviewer: User, trainer: User) -> None:
    result = run.results.first()
    assert result
    give_score(result, reviewer, 0.25, "It names the wrong bit.")
    give_score(result, reviewer, 0.75, "No, it does not.")
    give_score(result, trainer, 1.0)
    assert [(one.by, one.value, one.explanation) for one in Score.objects.order_by("pk")] == [
        (reviewer, 0.75, "No, it does not."),
        (trainer, 1.0, ""),
    ]
    assert human_scores(run) == 1
    lines = Event.objects.filter(object_type="evals.result", actor=reviewer).order_by("pk")
    assert [(line.before.get("value"), line.after["value"]) for line in lines] == [(None, 0.25), (0.25, 0.75)]


@pytest.mark.parametrize("value", [0.3, -1, 2, float("nan")])
def test_a_mark_is_one_of_five(run: EvalRun, reviewer: User, value: float) -> None:
    result = run.results.first()
    assert result
    with pytest.raises(NotAScore):
        give_score(result, reviewer, value)
    assert not Score.objects.exists()


def test_a_mark_is_taken_back(run: EvalRun, reviewer: User, trainer: User) -> None:
    first, second = run.results.order_by("pk")[:2]
    give_score(first, reviewer, 1.0)
    give_score(second, reviewer, 0.0)
    give_score(first, trainer, 0.5)
    assert take_back_last(run, reviewer) == second
    assert human_scores(run) == 1
    take_back(first, reviewer)
    with pytest.raises(NothingToTakeBack):
        take_back_last(run, reviewer)
    assert Score.objects.get().by == trainer


def test_what_tells_most_comes_first(run: EvalRun) -> None:
    results = list(run.results.order_by("pk"))
    apart, wider, close, unsafe = results[:4]
    for result, value in ((apart, 0.4), (wider, 0.0)):
        Score.objects.create(result=result, scorer="rubric", version="1.x", value=value)
    Score.objects.create(result=unsafe, scorer="rubric", version="1.x", value=0.9)
    run.results.filter(pk__in=[apart.pk, wider.pk]).update(score=1.0)
    run.results.filter(pk=close.pk).update(score=0.6)
    run.results.filter(pk=unsafe.pk).update(score=1.0, is_unsafe=True)
    order = edge_cases_first(run)
    assert [(case.result, case.why) for case in order[:4]] == [
        (wider.pk, "disagreement"),
        (apart.pk, "disagreement"),
        (close.pk, "close"),
        (unsafe.pk, "unsafe"),
    ]
    assert {case.why for case in order[4:]} == {"sampled"}
    assert len(order) == 15
    assert edge_cases_first(run) == order
    others = [case.result for case in edge_cases_first(run, seed=7)]
    assert others[:4] == [case.result for case in order[:4]]
    assert others != [case.result for case in order]


def test_the_gate_can_ask_whether_the_first_ones_were_judged(run: EvalRun, reviewer: User) -> None:
    order = [case.result for case in edge_cases_first(run)]
    for key in (order[0], order[1], order[9]):
        give_score(run.results.get(pk=key), reviewer, 1.0)
    assert (judged_of_first(run, 5), judged_of_first(run, 10), human_scores(run)) == (2, 3, 3)


def test_answers_without_words_are_nothing_to_judge(run: EvalRun) -> None:
    run.results.filter(case__cluster="VMAIN").update(answer="")
    assert len(edge_cases_first(run)) == 12


def test_one_answer_after_the_other(
    client_as: Login, run: EvalRun, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    client = client_as(reviewer)
    url = f"{run.get_absolute_url()}answers/"
    order = [case.result for case in edge_cases_first(run)]
    with django_assert_max_num_queries(FRAME + 6):
        shown = text(client.get(url))
    assert f'action="{url}{order[0]}/"' in shown
    assert f'href="?answer={order[1]}" data-key="j"' in shown
    for digit in range(5):
        assert f'data-key="{digit}"' in shown
    after = text(client.post(f"{url}{order[0]}/", {"value": "0.25", "reason": "Because."}, follow=True))
    assert f'action="{url}{order[1]}/"' in after
    assert "1 of 15 judged by you" in after
    again = text(client.get(url, {"answer": str(order[0])}))
    assert "You gave it <b>0.25</b>: Because." in again
    undone = text(client.post(f"{url}undo/", follow=True))
    assert f'action="{url}{order[0]}/"' in undone
    assert "Taken back." in undone
    assert "nothing of yours" in text(client.post(f"{url}undo/", follow=True))


def test_what_programs_said_is_not_shown_before(client_as: Login, run: EvalRun) -> None:
    shown = text(client_as(Role.REVIEWER).get(f"{run.get_absolute_url()}answers/"))
    assert "<mark" not in shown
    assert str(run.version) not in shown


@pytest.mark.parametrize("data", [{}, {"value": "0.3"}, {"value": "x"}, {"value": "1.0", "reason": "x" * 3_000}])
def test_a_wrong_mark_is_refused(client_as: Login, run: EvalRun, data: dict[str, str]) -> None:
    result = run.results.first()
    assert result
    shown = text(client_as(Role.REVIEWER).post(f"{run.get_absolute_url()}answers/{result.pk}/", data, follow=True))
    assert "Choose one of the five marks." in shown
    assert not Score.objects.exists()


def test_viewers_do_not_judge(client_as: Login, run: EvalRun) -> None:
    result = run.results.first()
    assert result
    viewer = client_as(Role.VIEWER)
    assert viewer.get(f"{run.get_absolute_url()}answers/").status_code == 403
    assert viewer.post(f"{run.get_absolute_url()}answers/{result.pk}/", {"value": "1.0"}).status_code == 403


def test_an_answer_of_another_run_is_not_found(
    client_as: Login, run: EvalRun, suite: Suite, make_version: MakeVersion
) -> None:
    other = make_run(suite, make_version("other"), say_right).results.first()
    assert other
    assert (
        client_as(Role.REVIEWER).post(f"{run.get_absolute_url()}answers/{other.pk}/", {"value": "1.0"}).status_code
        == 404
    )


def test_all_judged_says_so(client_as: Login, run: EvalRun, reviewer: User) -> None:
    for result in run.results.all():
        give_score(result, reviewer, 1.0)
    assert "You have judged every answer" in text(client_as(reviewer).get(f"{run.get_absolute_url()}answers/"))


def test_peoples_marks_stand_beside_the_score(client_as: Login, run: EvalRun, reviewer: User, trainer: User) -> None:
    result = run.results.select_related("case").first()
    assert result
    give_score(result, reviewer, 0.25)
    give_score(result, trainer, 0.5)
    for address in (run.get_absolute_url(), result.case.get_absolute_url()):
        shown = text(client_as(reviewer).get(address))
        assert "0.38" in shown
        assert f"answers/?answer={result.pk}" in shown
    assert "1 answers" in text(client_as(reviewer).get(run.get_absolute_url()))
    give_score(result, reviewer, 0.25, "It names the wrong bit.")
    assert "a-reviewer 0.25: It names the wrong bit." in text(client_as(reviewer).get(result.case.get_absolute_url()))


def test_a_mark_is_given_on_the_command_line(run: EvalRun, reviewer: User, capsys: Said) -> None:
    case = run.suite.cases.first()
    assert case
    assert afs("answer", "score", run.uuid, case.key, "0.75", "--reason", "Nearly.") == 0
    assert "1 answers of" in capsys.readouterr().out
    assert Score.objects.get().by == reviewer
    assert "0, 0.25, 0.5" in refused(capsys, "answer", "score", run.uuid, case.key, "0.3")
    assert "There is no" in refused(capsys, "answer", "score", run.uuid, "none", "1")
