"""Scorers, and what does not fool them."""

from __future__ import annotations

import pytest

from evals_app.errors import UnknownScorer
from evals_app.scorers import Scored, get_scorer

INIDISP = {"address": "$2100", "name": "INIDISP", "aliases": [], "direction": "name"}


def claims(answer: str) -> Scored:
    return get_scorer("register_claims").score(INIDISP, answer)


def test_the_right_name_earns_the_point_with_its_evidence() -> None:
    scored = claims("It is INIDISP, the screen display register.")
    assert (scored.score, scored.extracted) == (1.0, "INIDISP")
    assert [(span["text"], span["verdict"]) for span in scored.evidence] == [("INIDISP", "supported")]


def test_a_wrong_name_earns_nothing_and_is_shown() -> None:
    scored = claims("$2100 is CGADD, and sets brightness with forced blank.")
    assert (scored.score, scored.extracted) == (0.0, "CGADD")
    assert scored.evidence[0]["verdict"] == "contradicted"
    assert "$2100 is INIDISP" in scored.explanation


@pytest.mark.parametrize("answer", ["", "   ", "No idea, sorry.", "\N{REPLACEMENT CHARACTER}" * 40])
def test_an_answer_without_any_register_is_unparsed_not_wrong(answer: str) -> None:
    assert claims(answer).score is None


@pytest.mark.parametrize(
    "answer",
    [
        "INIDISP VMAIN CGADD MDMAEN NMITIMEN",
        "$2100 is VMAIN, not INIDISP.",
        "$2100 is not INIDISP.",
        "INIDISP or CGADD",
    ],
)
def test_gaming_answers_earn_nothing(answer: str) -> None:
    assert not claims(answer).score


def test_what_was_asked_and_what_is_right() -> None:
    asked = get_scorer("register_claims").asked
    by_address, by_name = asked(INIDISP), asked(INIDISP | {"direction": "address"})
    assert by_address
    assert by_name
    assert (by_address.subject, by_address.right) == ("$2100 INIDISP", "INIDISP")
    assert (by_name.subject, by_name.right) == ("INIDISP at $2100", "$2100")


def test_an_unknown_scorer_is_refused() -> None:
    with pytest.raises(UnknownScorer):
        get_scorer("vibes")
