"""Keywords: whole words that the answer says of itself. The seeds' plain share of letters is kept beside it."""

from __future__ import annotations

import pytest

from evals_app.scorers import Scored, get_scorer

EXPECTED = {"keywords": ["INIDISP", "brightness", "forced blank"]}
FOOLED = "$2100 is VMAIN, not INIDISP. It does not control brightness or forced blank."


def keywords(answer: str, **more: object) -> Scored:
    return get_scorer("keyword").score(EXPECTED | more, answer)


def legacy(answer: str) -> Scored:
    return get_scorer("keyword_legacy").score(EXPECTED, answer)


def test_words_count_not_letters() -> None:
    assert keywords("INIDISP sets brightness and forced\nblank").score == 1.0
    assert keywords("INIDISPLAY has brightnesses").score == 0.0
    assert keywords("inidisp").score == pytest.approx(1 / 3)


def test_a_denied_word_does_not_count() -> None:
    scored = keywords(FOOLED)
    assert scored.score == 0.0
    assert "not said, or denied: INIDISP, brightness, forced blank" in scored.explanation
    assert {span["verdict"] for span in scored.evidence} == {"unknown"}


@pytest.mark.parametrize(
    "answer",
    [
        "It is not VMAIN but INIDISP.",
        "It is not VMAIN. INIDISP it is.",
        "Not only INIDISP does this.",
        "That isn't INIDISP: wrong. No, it is INIDISP!",
    ],
)
def test_a_denial_ends_where_the_answer_turns(answer: str) -> None:
    assert keywords(answer).score == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    "answer",
    [
        "It isn't INIDISP.",
        "INIDISP is wrong.",
        "INIDISP isn't it.",
        "Rather than INIDISP use VMAIN.",
        "INIDISP cannot be",
    ],
)
def test_denials_before_and_after(answer: str) -> None:
    assert keywords(answer).score == 0.0


def test_a_list_of_words_states_nothing() -> None:
    assert keywords("INIDISP brightness forced blank VMAIN CGADD MDMAEN").score == 0.0
    assert keywords("INIDISP, brightness, forced blank").score == 0.0
    assert keywords("INIDISP: brightness, forced blank").score == 1.0


def test_of_a_group_one_word_is_enough() -> None:
    groups = {"keywords": ["INIDISP"], "any_of": [["brightness", "luminance"], ["bit 7"]]}
    assert keywords("INIDISP is for luminance, with bit 7.", **groups).score == 1.0
    assert keywords("INIDISP is for luminance.", **groups).score == pytest.approx(2 / 3)


def test_a_forbidden_word_ruins_the_answer_unless_it_is_denied() -> None:
    forbidden = {"forbidden": ["CGADD", "VMAIN"]}
    right = "INIDISP sets brightness and forced blank"
    assert keywords(f"{right}; CGADD too.", **forbidden).score == 0.0
    assert keywords(f"{right}; it is not CGADD.", **forbidden).score == 1.0


def test_an_empty_answer_has_no_words_to_count() -> None:
    assert keywords(" \n").score is None
    assert legacy("").score is None


def test_the_legacy_share_is_fooled_and_says_so() -> None:
    assert legacy(FOOLED).score == 1.0
    assert legacy("INIDISPLAY").score == pytest.approx(1 / 3)
    assert "a denied one counts" in legacy(FOOLED).explanation


def test_cases_need_words() -> None:
    for name in ("keyword", "keyword_legacy"):
        problem = get_scorer(name).problem
        assert problem(EXPECTED) == ""
        assert all(problem({"keywords": words}) for words in ([], [" "], "INIDISP", [1]))
        assert problem({})
    problem = get_scorer("keyword").problem
    assert problem({"any_of": [["a", "b"]]}) == ""
    assert "any_of" in problem({"any_of": ["a"]})
    assert "forbidden" in problem(EXPECTED | {"forbidden": "CGADD"})
