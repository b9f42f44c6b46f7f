"""The page of judges sees what is wrong with a judge: its place, its length, its dice, its change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Endpoint, Job, Role, User
from evals_app.errors import EndpointGaveUp, PairsGoOn
from evals_app.judging.agreement import correlation, weighted_kappa
from evals_app.judging.doubts import doubts, unknowns
from evals_app.judging.facts import JudgeFacts, facts_of, newest_checks
from evals_app.judging.pairs import ask_about_pairs
from evals_app.judging.second import ask_second
from evals_app.models import Comparison, EvalRun, JudgeCheck, JudgedPair, Result, Rubric, Score, Suite
from evals_app.people.scores import give_score
from evals_app.rows import comparison_rows, run_rows
from tests.commands.running import afs
from tests.evals.conftest import MakeVersion
from tests.evals.judge_server import Mark, by_length, noise, noisy_choice, quality, rubric_of, serve_judge
from tests.evals.judged import judged_suite
from tests.evals.making import make_answers
from tests.evals.test_pages import FRAME, Login, text

Do = Callable[[Job | None], str]
COUNT = 60


@pytest.fixture
def rubric(db: None) -> Rubric:
    return rubric_of()


@pytest.fixture
def explain(rubric: Rubric, domain: Any) -> Suite:
    return judged_suite(domain, COUNT)


def padded(number: int) -> str:
    """Quality and length have nothing to do with each other."""
    return f"quality {number % 5}: {'word ' * (number * 7 % 40)}"


@pytest.fixture
def one(explain: Suite, make_version: MakeVersion) -> EvalRun:
    return make_answers(explain, make_version("one"), padded)


@pytest.fixture
def comparison(one: EvalRun, explain: Suite, make_version: MakeVersion) -> Comparison:
    """Against a version that is sometimes better, with words as many or as few."""
    other = make_answers(
        explain,
        make_version("two"),
        lambda number: f"quality {(number + number % 3) % 5} too: " + "word " * (number * 11 % 40),
    )
    return Comparison.objects.create(baseline=one, candidate=other)


def judged_by(mark: Mark, run: EvalRun, by: User, do: Do, **told: Any) -> JudgeFacts:
    """What the page knows of a judge that gave its opinion of the run."""
    with serve_judge(mark, **told) as judge:
        assert do(ask_second(run, judge, by)) == "succeeded"
    return next(facts for facts in facts_of(list(newest_checks())) if facts.check.judge == judge)


def people_judge(run: EvalRun, by: User, count: int = COUNT) -> None:
    """A person who sees how good answers are."""
    for result in run.results.order_by("pk")[:count]:
        give_score(result, by, quality(result.answer) / 4)


def test_a_judge_that_sees_what_people_see_is_not_doubted(one: EvalRun, trainer: User, do: Do) -> None:
    people_judge(one, trainer)
    facts = judged_by(quality, one, trainer, do)
    assert facts.kappa
    assert facts.kappa.value == pytest.approx(1.0)
    assert facts.kappa.n == COUNT
    assert facts.opinions == COUNT
    assert doubts(facts) == []
    assert unknowns(facts) == ["It was not asked both ways round: do so on a comparison's page."]


def test_a_judge_that_throws_dice_does_not_agree_with_people(one: EvalRun, trainer: User, do: Do) -> None:
    people_judge(one, trainer)
    facts = judged_by(noise(1), one, trainer, do)
    assert facts.kappa
    assert facts.kappa.high is not None
    assert facts.kappa.value < 0.4
    assert any("It agrees little with people" in doubt for doubt in doubts(facts))


def test_few_answers_of_people_say_little(one: EvalRun, trainer: User, do: Do) -> None:
    people_judge(one, trainer, count=5)
    assert "5 of its answers were judged by people; 50 tell" in " ".join(unknowns(judged_by(quality, one, trainer, do)))


def test_a_judge_that_takes_length_for_quality_is_seen(one: EvalRun, trainer: User, do: Do) -> None:
    people_judge(one, trainer)
    facts = judged_by(by_length, one, trainer, do)
    assert facts.length
    assert facts.people_length
    assert (facts.length.n, facts.people_length.n) == (COUNT, COUNT)
    assert facts.length.low is not None
    assert facts.length.low > 0.6
    assert abs(facts.people_length.value) < 0.3
    assert any("It gives long answers more" in doubt for doubt in doubts(facts))


def test_a_fair_judge_is_not_blamed_for_length(one: EvalRun, trainer: User, do: Do) -> None:
    facts = judged_by(quality, one, trainer, do)
    assert facts.length
    assert abs(facts.length.value) < 0.2
    assert not any("long answers" in doubt for doubt in doubts(facts))


def test_length_is_no_fault_where_people_find_long_answers_better_too(
    explain: Suite, make_version: MakeVersion, trainer: User, do: Do
) -> None:
    run = make_answers(
        explain, make_version("long"), lambda number: f"quality {number % 5}: {'word ' * (20 * (number % 5))}"
    )
    people_judge(run, trainer)
    facts = judged_by(quality, run, trainer, do)
    assert facts.length
    assert facts.length.value > 0.8
    assert not any("long answers" in doubt for doubt in doubts(facts))


def compared_by(comparison: Comparison, rubric: Rubric, by: User, do: Do, **told: Any) -> JudgeFacts:
    """What the page knows of a judge that compared the pairs, and judged the answers besides."""
    with serve_judge(**told) as judge:
        comparison = comparison_rows().get(pk=comparison.pk)
        assert do(ask_about_pairs(comparison, judge, rubric, by)) == "succeeded"
        assert do(ask_second(comparison.baseline, judge, by)) == "succeeded"
    return next(facts for facts in facts_of(list(newest_checks())) if facts.check.judge == judge)


def test_a_judge_that_likes_the_first_place_flips_with_it(
    comparison: Comparison, rubric: Rubric, trainer: User, do: Do
) -> None:
    facts = compared_by(comparison, rubric, trainer, do, choose=lambda _first, _second: "A")
    assert facts.flips
    assert facts.flips.flipped
    assert facts.flips.first
    assert facts.flips.pairs == COUNT
    assert (facts.flips.flipped.share, facts.flips.first.share) == (1.0, 1.0)
    said = " ".join(doubts(facts))
    assert "100 % of its verdicts change with the places" in said
    assert "It favours the first place: 100 % of its picks" in said
    assert not JudgedPair.objects.exclude(forward="left", backward="right").exists()
    assert {pair.verdict for pair in JudgedPair.objects.all()} == {"same"}


def test_a_judge_that_looks_at_answers_does_not_flip(
    comparison: Comparison, rubric: Rubric, trainer: User, do: Do
) -> None:
    facts = compared_by(comparison, rubric, trainer, do)
    assert facts.flips
    assert facts.flips.flipped
    assert facts.flips.first
    assert (facts.flips.flipped.count, facts.flips.first.share) == (0, 0.5)
    assert not [doubt for doubt in doubts(facts) if "place" in doubt]
    for pair in JudgedPair.objects.select_related("left", "right"):
        left, right = quality(pair.left.answer), quality(pair.right.answer)
        assert pair.verdict == ("same" if left == right else "left" if left > right else "right")


def test_a_judge_that_takes_the_longer_one_is_seen(
    comparison: Comparison, rubric: Rubric, trainer: User, do: Do
) -> None:
    facts = compared_by(comparison, rubric, trainer, do, choose=lambda one, two: "A" if len(one) > len(two) else "B")
    assert facts.flips
    assert facts.flips.longer
    assert facts.flips.longer.share == 1.0
    assert "the longer answer won 100 %" in " ".join(doubts(facts))


def test_dice_flip_every_second_verdict(comparison: Comparison, rubric: Rubric, trainer: User, do: Do) -> None:
    facts = compared_by(comparison, rubric, trainer, do, choose=noisy_choice(2))
    assert facts.flips
    assert facts.flips.flipped
    assert 0.25 < facts.flips.flipped.share < 0.75
    assert any("change with the places" in doubt for doubt in doubts(facts))


def test_pairs_that_were_compared_are_not_asked_again(
    comparison: Comparison, rubric: Rubric, trainer: User, do: Do
) -> None:
    with serve_judge() as judge:
        whole = comparison_rows().get(pk=comparison.pk)
        job = ask_about_pairs(whole, judge, rubric, trainer)
        with pytest.raises(PairsGoOn):
            ask_about_pairs(whole, judge, rubric, trainer)
        assert do(job) == "succeeded"
        lost = JudgedPair.objects.order_by("pk").values("pk")[:7]
        JudgedPair.objects.filter(pk__in=lost).delete()
        kept = set(JudgedPair.objects.values_list("pk", flat=True))
        again = ask_about_pairs(whole, judge, rubric, trainer)
        assert do(again) == "succeeded"
    assert JudgedPair.objects.count() == COUNT
    assert kept <= set(JudgedPair.objects.values_list("pk", flat=True))
    again.refresh_from_db()
    assert again.result["compared"] == 7


def test_a_judge_that_is_down_says_so(comparison: Comparison, rubric: Rubric, trainer: User, do: Do) -> None:
    judge = Endpoint.objects.create(
        name="gone", provider="openai_compatible", base_url="http://127.0.0.1:9/v1", model="m"
    )
    job = ask_about_pairs(comparison_rows().get(pk=comparison.pk), judge, rubric, trainer)
    assert do(job) == "failed"
    assert EndpointGaveUp.__name__ in job.error or "gave no answer 20 times" in job.error
    assert not JudgedPair.objects.exists()


def test_a_change_of_the_judge_is_seen_by_its_anchors(one: EvalRun, trainer: User, do: Do, rubric: Rubric) -> None:
    facts = judged_by(quality, one, trainer, do)
    assert facts.drift is None
    first = facts.check
    facts_then = {"rubric": rubric, "judge": first.judge, "version": first.version, "model": first.model}
    JudgeCheck.objects.create(**facts_then, marks={"good": 0.7, "half": 0.5, "bad": 0.3})
    (found,) = facts_of(list(newest_checks()))
    assert found.drift
    assert found.drift.change == pytest.approx(0.2)
    assert "It changed: its marks for the anchors are 0.20 from those at first" in doubts(found)[0]


def test_the_page_shows_it_all_in_few_queries(
    comparison: Comparison, rubric: Rubric, trainer: User, do: Do, client_as: Login, django_assert_max_num_queries: Any
) -> None:
    viewer = client_as(Role.VIEWER)
    assert "A judge stands here once" in text(viewer.get("/judges/"))
    people_judge(comparison.baseline, trainer, 10)
    compared_by(comparison, rubric, trainer, do, choose=lambda _first, _second: "A", name="first place")
    compared_by(comparison, rubric, trainer, do, mark=by_length, name="long")
    with django_assert_max_num_queries(FRAME + 8):
        shown = text(viewer.get("/judges/"))
    for words in (
        "first place",
        "long",
        "100 %",
        "first place picked 100 %",
        "n 10",
        "It favours the first place",
        "doubt",
    ):
        assert words in shown
    duels = text(viewer.get(f"/comparisons/{comparison.uuid}/duels/"))
    assert "Judges, asked both ways round" in duels


def test_the_command_line_says_the_same(
    one: EvalRun, trainer: User, do: Do, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert afs("judge", "list") == 0
    assert "no judge yet" in capsys.readouterr().out
    judged_by(by_length, one, trainer, do)
    assert afs("judge", "list") == 0
    said = capsys.readouterr().out
    assert "a judge (a-judge) by Clarity 1" in said
    assert "doubt: It gives long answers more" in said
    with serve_judge(name="another") as judge:
        assert afs("judge", "ask", one.uuid, "--judge", judge.name) == 0
    assert "another judges" in capsys.readouterr().out


def test_kappa_is_that_of_the_book() -> None:
    """Quadratic weights, by hand: 2 x 2 corners are the plain kappa. (Agreement 0.7, chance 0.5: 0.4.)"""
    found = weighted_kappa({(0, 0): 20, (0, 4): 5, (4, 0): 10, (4, 4): 15})
    assert found
    assert found.value == pytest.approx(0.4)
    assert found.n == 50
    assert found.low is not None
    assert found.low < 0.4
    near = weighted_kappa({(0, 1): 10, (4, 3): 10, (2, 2): 10})
    far = weighted_kappa({(0, 4): 10, (4, 0): 10, (2, 2): 10})
    assert near
    assert far
    assert near.value > 0.7 > 0 > far.value


@pytest.mark.parametrize("counts", [{}, {(2, 2): 1}, {(2, 2): 9}])
def test_kappa_of_nothing_is_nothing(counts: dict[tuple[int, int], int]) -> None:
    assert weighted_kappa(counts) is None


def test_a_correlation_has_its_interval() -> None:
    found = correlation(0.5, 28)
    assert found
    assert found.low == pytest.approx(0.156, abs=1e-3)
    assert found.high == pytest.approx(0.736, abs=1e-3)
    assert correlation(None, 50) is correlation(0.5, 3) is None
    assert found.n == 28


def test_opinions_of_one_judge_are_kept_apart_by_rubric(one: EvalRun, trainer: User, do: Do) -> None:
    with serve_judge() as judge:
        do(ask_second(one, judge, trainer))
        do(ask_second(one, judge, trainer))
    assert Score.objects.filter(scorer="rubric").count() == COUNT
    assert Result.objects.filter(scores__isnull=False).distinct().count() == COUNT
    assert run_rows().get(pk=one.pk).score == one.score
