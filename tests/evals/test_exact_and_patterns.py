"""Exact answers and patterns. A pattern that would take years is ended, and nothing is judged then."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from evals_app.scorers import Scored, get_scorer, matching

CATASTROPHE = r"(a+)+$"


def exact(answer: str) -> Scored:
    return get_scorer("exact").score({"answers": ["INIDISP", "$2100"]}, answer)


def pattern(answer: str, **expected: str) -> Scored:
    return get_scorer("regex").score(expected, answer)


@pytest.mark.parametrize("answer", ["INIDISP", " inidisp.\n", "**INIDISP**", "`$2100`", "“INIDISP”"])
def test_one_of_the_answers_is_right(answer: str) -> None:
    assert exact(answer).score == 1.0


@pytest.mark.parametrize("answer", ["It is INIDISP", "INIDISP VMAIN", "VMAIN", "INIDISP or $2100"])
def test_anything_beside_it_is_wrong(answer: str) -> None:
    assert exact(answer).score == 0.0


def test_the_wrong_answer_is_told_with_the_right_one() -> None:
    scored = exact("VMAIN")
    assert (scored.extracted, scored.explanation) == ("vmain", "Expected was INIDISP or $2100.")


@pytest.mark.parametrize("answer", ["", " \n", "..."])
def test_an_empty_answer_is_unparsed(answer: str) -> None:
    assert exact(answer).score is None


def test_a_pattern_is_found_with_its_place() -> None:
    scored = pattern("Here $2100 is INIDISP.", pattern=r"\$2100[^.]*INIDISP", forbidden=r"VMAIN|CGADD")
    assert (scored.score, scored.extracted) == (1.0, "$2100 is INIDISP")
    assert [(span["text"], span["verdict"]) for span in scored.evidence] == [("$2100 is INIDISP", "supported")]


def test_what_is_forbidden_ruins_it() -> None:
    scored = pattern("$2100 is INIDISP or CGADD.", pattern=r"\$2100[^.]*INIDISP", forbidden=r"VMAIN|CGADD")
    assert (scored.score, scored.extracted) == (0.0, "CGADD")
    assert scored.evidence[0]["verdict"] == "contradicted"


def test_a_pattern_that_does_not_occur_is_wrong_and_nothing_is_unparsed() -> None:
    assert pattern("CGADD", pattern="INIDISP").score == 0.0
    assert pattern(" ", pattern="INIDISP").score is None


def test_a_pattern_without_end_is_ended_and_the_next_one_is_answered() -> None:
    began = time.monotonic()
    scored = pattern("a" * 40 + "!", pattern=CATASTROPHE)
    assert scored.score is None
    assert "took too long" in scored.explanation
    assert time.monotonic() - began < 10
    assert pattern("INIDISP", pattern="INI").score == 1.0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system tells no process its processor time")
def test_what_else_the_machine_does_takes_nothing_of_a_pattern_s_time() -> None:
    assert pattern("INIDISP", pattern="INI").score == 1.0
    helper = matching._MATCHER._helper
    assert helper
    helper.send_signal(signal.SIGSTOP)
    going_on = threading.Timer(2 * matching.SECONDS, helper.send_signal, [signal.SIGCONT])
    going_on.start()
    assert pattern("INIDISP", pattern="INI").score == 1.0
    going_on.join()
    assert matching._MATCHER._helper is helper


def test_cases_need_answers_and_readable_patterns() -> None:
    assert get_scorer("exact").problem({"answers": ["a"]}) == ""
    assert all(get_scorer("exact").problem({"answers": bad}) for bad in ([], "a", [" "], [1]))
    problem = get_scorer("regex").problem
    assert problem({"pattern": "a+"}) == problem({"pattern": "a", "forbidden": "b"}) == ""
    assert "is no regular expression" in problem({"pattern": "("})
    assert "its forbidden is no regular expression" in problem({"pattern": "a", "forbidden": "["})
    assert all(problem({"pattern": bad}) for bad in ("", 1, "a" * 1001))
