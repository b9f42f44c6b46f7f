"""A choice of options: one letter or one text is an answer, several are a contradiction, none is unparsed."""

from __future__ import annotations

import pytest

from evals_app.scorers import Scored, get_scorer
from evals_app.scorers.choice import with_options

OPTIONS = ["VMAIN", "INIDISP", "CGADD", "CGADDR"]
EXPECTED = {"options": OPTIONS, "right": 1}


def choice(answer: str) -> Scored:
    return get_scorer("choice").score(EXPECTED, answer)


def test_options_are_shown_with_letters() -> None:
    assert with_options("Which?", OPTIONS[:2]) == "Which?\nA) VMAIN\nB) INIDISP"


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "b",
        "(B)",
        "B)",
        "B.",
        "**B**",
        "B) INIDISP",
        "**B) INIDISP**",
        "B: INIDISP, because VMAIN is $2115.",
        "The answer is B.",
        "Answer: (B)",
        "The correct answer is **B**, INIDISP.",
        "I choose B.",
        "INIDISP",
        "It is inidisp.",
        "It is not VMAIN but INIDISP.",
        "Option A is wrong, option B is right.",
        "A) VMAIN\nB) INIDISP\nC) CGADD\nD) CGADDR\n\nThe answer is B.",
        "A register like that is INIDISP.",
    ],
)
def test_the_right_option_in_many_forms(answer: str) -> None:
    scored = choice(answer)
    assert (scored.score, scored.extracted) == (1.0, "INIDISP"), scored


@pytest.mark.parametrize(
    ("answer", "said"),
    [("C", "CGADD"), ("It is CGADDR.", "CGADDR"), ("D) CGADDR, not INIDISP", "CGADDR"), ("The answer is A", "VMAIN")],
)
def test_another_option_is_wrong_and_told(answer: str, said: str) -> None:
    scored = choice(answer)
    assert (scored.score, scored.extracted) == (0.0, said)
    assert "right is B) INIDISP" in scored.explanation


@pytest.mark.parametrize(
    "answer",
    [
        "A) VMAIN\nB) INIDISP\nC) CGADD\nD) CGADDR",
        "A) B) C) D)",
        "B) INIDISP A) VMAIN",
        "VMAIN INIDISP CGADD CGADDR",
        "The answer is A, B, C or D.",
        "The answer is A and B",
        "B) VMAIN",
        "The answer is B. The answer is C.",
        "INIDISP or VMAIN",
    ],
)
def test_several_options_are_a_contradiction(answer: str) -> None:
    scored = choice(answer)
    assert (scored.score, scored.extracted) == (0.0, "")
    assert "several options" in scored.explanation


@pytest.mark.parametrize("answer", ["", "I do not know.", "It is not INIDISP.", "MDMAEN", "A register of the PPU."])
def test_no_option_is_unparsed(answer: str) -> None:
    assert choice(answer).score is None


def test_what_was_asked_is_the_right_options_text() -> None:
    asked = get_scorer("choice").asked(EXPECTED)
    assert asked
    assert (asked.subject, asked.right) == ("INIDISP", "INIDISP")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": "AB"}, "list of texts"),
        ({"options": ["a"]}, "2 to 8"),
        ({"options": list("abcdefghi")}, "2 to 8"),
        ({"options": ["a", "A "]}, "are the same"),
        ({"right": 4}, "the place of an option"),
        ({"right": True}, "the place of an option"),
        ({"right": "B"}, "the place of an option"),
    ],
)
def test_what_is_no_choice_is_refused(changes: dict[str, object], said: str) -> None:
    problem = get_scorer("choice").problem
    assert problem(EXPECTED) == ""
    assert said in problem(EXPECTED | changes)
