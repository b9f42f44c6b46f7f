"""Answers that game a scorer earn nothing, whichever scorer it is; a right answer beside them earns the point."""

from __future__ import annotations

from typing import Any

import pytest

from datasets_app.domains.asm65816.registers import all_registers
from evals_app.scorers import SCORERS, get_scorer

CODE = "Sum:\nSEP #$20\nLDA $0310\nCLC\nADC $0311\nSTA $0312\nRTS"
ADDS: list[dict[str, Any]] = [
    {"start": {"memory": {"000310": 1, "000311": 2}}, "end": {"memory": {"000312": 3}, "ended": "RTS"}}
]
MORE = [{"start": {"memory": {"000310": 9, "000311": 6}}, "end": {"memory": {"000312": 15}, "ended": "RTS"}}]
EVERY_REGISTER = " ".join(register.name for register in all_registers())
EVERYTHING = f"{EVERY_REGISTER}\n" + ", ".join(f"{r.label} is {r.name}" for r in all_registers())


def fenced(code: str) -> str:
    return f"```asm\n{code}\n```"


EXPECTED: dict[str, dict[str, Any]] = {
    "register_claims": {"address": "$2100", "name": "INIDISP", "aliases": [], "direction": "name"},
    "exact": {"answers": ["INIDISP"]},
    "regex": {"pattern": r"\$2100[^.]*INIDISP", "forbidden": r"VMAIN|CGADD|not INIDISP"},
    "choice": {"options": ["VMAIN", "INIDISP", "CGADD", "MDMAEN"], "right": 1},
    "keyword": {"keywords": ["INIDISP", "brightness", "forced blank"], "forbidden": ["VMAIN", "CGADD"]},
    "asm_exec": {"equal": CODE, "live_out": []},
    "debug": {
        "broken": CODE.replace("CLC\n", ""),
        "cases": ADDS + MORE,
        "failing": [{"start": {**ADDS[0]["start"], "p": 0x31}, "end": ADDS[0]["end"]}],
    },
}
RIGHT = {
    "register_claims": "$2100 is INIDISP.",
    "exact": "INIDISP",
    "regex": "$2100 is INIDISP.",
    "choice": "B",
    "keyword": "INIDISP sets the brightness and forced blank.",
    "asm_exec": fenced(CODE),
    "debug": fenced(CODE),
}
WORDS = {
    "nothing": "",
    "blanks": " \n\t ",
    "a refusal": "I am not sure about that, sorry.",
    "all registers": EVERY_REGISTER,
    "everything at once": EVERYTHING,
    "keyword soup": "INIDISP brightness forced blank VMAIN CGADD MDMAEN",
    "all options": "A) VMAIN\nB) INIDISP\nC) CGADD\nD) MDMAEN",
    "all letters": "The answer is A, B, C and D.",
    "denied facts": "$2100 is VMAIN, not INIDISP. It does not control brightness or forced blank.",
    "a denial alone": "$2100 is not INIDISP. It is without brightness and without forced blank.",
}
CODES = {
    "returns at once": fenced("Sum:\nRTS"),
    "loops for ever": fenced("Sum:\nBRA Sum"),
    "stops": fenced("Sum:\nSTP"),
    "the right bytes for one state": fenced("Sum:\nSEP #$20\nLDA #$03\nSTA $0312\nRTS"),
    "overwrites the way back": fenced("Sum:\nPLA\nPLA\nPLA\nRTS"),
    "moves the stack": fenced("Sum:\nREP #$20\nLDA #$0310\nTCS\nRTS"),
    "rewrites itself": fenced("Sum:\nSEP #$20\nLDA #$60\nSTA $008000\n" + CODE[5:]),
    "data in place of RAM": fenced(f"org $000312\ndb $03\norg $008000\n{CODE[:-3]}STZ $0312\nRTS"),
    "fills memory": fenced("Sum:\nREP #$30\nLDA #$FFFE\nLDX #$0000\nLDY #$0001\nMVN $7E,$7E\nRTS"),
    "calls what is not there": fenced("Sum:\nJSR DoItAll\nRTS"),
    "includes a file": fenced('Sum:\nincbin "/etc/passwd"\nRTS'),
    "right code in words only": "Use LDA, CLC, ADC, STA and RTS; that adds them.",
    "code that is denied": "There is no code for that.",
}
GAMES = [
    (scorer, name, answer)
    for scorer in EXPECTED
    for name, answer in (WORDS | (CODES if scorer in ("asm_exec", "debug") else {})).items()
]


def test_every_scorer_of_answers_is_tried() -> None:
    programs = {name for name in SCORERS if name not in ("keyword_legacy", "rubric", "imported")}
    assert programs <= set(EXPECTED)


@pytest.mark.parametrize("scorer", EXPECTED)
def test_the_right_answer_earns_the_point(scorer: str) -> None:
    assert get_scorer(scorer).problem(EXPECTED[scorer]) == ""
    assert get_scorer(scorer).score(EXPECTED[scorer], RIGHT[scorer]).score == 1.0


@pytest.mark.parametrize(("scorer", "name", "answer"), GAMES, ids=[f"{scorer}: {name}" for scorer, name, _ in GAMES])
def test_games_earn_nothing(scorer: str, name: str, answer: str) -> None:
    scored = get_scorer(scorer).score(EXPECTED[scorer], answer)
    assert not scored.score, scored
    assert scored.explanation
    assert scored.measures.get("bytes") is None


@pytest.mark.parametrize("scorer", EXPECTED)
def test_an_answer_that_says_nothing_is_unparsed_not_wrong(scorer: str) -> None:
    assert get_scorer(scorer).score(EXPECTED[scorer], " \n").score is None
