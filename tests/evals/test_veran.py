"""The status page of the seeds, replayed: Veran v1 with 44 % of 8 tests, v2 with 13 % of 10, and what that says.

Their own figures are shares of keywords on suites of different size, so nothing follows from 44 against 13. On one
suite of registers what went wrong is seen at a glance: v2 calls everything CGADD.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.models import Domain
from evals_app.board.board import make_board
from evals_app.board.choosing import board_url
from evals_app.errors import NotComparable, NothingComputed
from evals_app.exports import export
from evals_app.models import Case, EvalRun, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.runs.launch import launch_comparison
from evals_app.suites import CaseDraft, make_suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import text
from training_app.models import ModelVersion

Login = Callable[[Role | User], Client]
BASIC = ("LDA", "STA", "REP")
# What the status page names: these four were all called CGADD; $2121 is what it is.
NAMED = ("INIDISP", "MDMAEN", "NMITIMEN", "VMAIN", "CGADD")
WORDS = [f"fact{number}" for number in range(60)]


@pytest.fixture
def veran(make_version: MakeVersion) -> dict[int, ModelVersion]:
    return {number: make_version("veran", number=number) for number in (1, 2)}


def own_suite(domain: Domain, number: int, hardware: int) -> Suite:
    """What version `number` was tested with: 3 basic tests and so many on hardware, each of 60 keywords."""
    names = [*(("Basic 65816", name) for name in BASIC), *(("SNES Hardware", f"HW {n}") for n in range(hardware))]
    drafts = [
        CaseDraft(name, category, name, [{"role": "user", "content": f"What is {name}?"}], {"keywords": WORDS})
        for category, name in names
    ]
    return make_suite(
        f"veran-{number}", name=f"Veran tests {number}", domain=domain, scorer="keyword_legacy", drafts=drafts
    )


def own_run(domain: Domain, version: ModelVersion, hardware: int, basic: int, known: int) -> EvalRun:
    """A run on the version's own suite: `basic` and `known` of 60 keywords found in each test of a kind."""
    suite = own_suite(domain, version.number, hardware)
    return make_run(suite, version, lambda case: " ".join(WORDS[: basic if case.category[0] == "B" else known]))


@pytest.fixture
def own(domain: Domain, veran: dict[int, ModelVersion]) -> list[EvalRun]:
    """67 % of 3 and 30 % of 5; 33 % of 3 and 5 % of 7."""
    return [own_run(domain, veran[1], 5, basic=40, known=18), own_run(domain, veran[2], 7, basic=20, known=3)]


def test_the_figures_are_those_of_the_status_page(own: list[EvalRun]) -> None:
    assert [run.score for run in own] == [pytest.approx(0.4375), pytest.approx(0.135)]
    assert [run.suite.cases.count() for run in own] == [8, 10]


def test_44_per_cent_of_8_and_13_of_10_are_not_comparable(client_as: Login, own: list[EvalRun]) -> None:
    shown = text(client_as(Role.TRAINER).get(board_url(own))).partition('id="content"')[2]
    assert "not comparable" in shown
    assert "Veran tests 1 1 with 8 cases and Veran tests 2 1 with 10 cases" in shown
    assert "suite differs: veran v2" in shown
    for word in (
        "improved",
        "regressed",
        "inconclusive",
        "0.44",
        "0.13",
        "0.14",
        "of the baseline",
        "Compute</button>",
    ):
        assert word not in shown.partition('class="chip bad">suite differs')[2]


def test_nothing_makes_a_number_of_them(own: list[EvalRun]) -> None:
    with pytest.raises(NotComparable, match=r"8 cases and .* 10 cases"):
        launch_comparison(own[0], own[1], None)
    with pytest.raises(NothingComputed):
        export(make_board(own[0], own[1:]), "report.md")


def confuses_brightness(case: Case) -> str:
    """v1: knows its registers but for $2100, which it takes for VMAIN."""
    return "$2100 is VMAIN." if case.cluster == "INIDISP" else say_right(case)


@pytest.fixture
def common(domain: Domain, veran: dict[int, ModelVersion]) -> list[EvalRun]:
    """Both on one suite: the registers that the page names, and ten others."""
    names = [*NAMED, *(one.name for one in registers_of("", ["PPU"]) if one.name not in NAMED)][:15]
    drafts = register_cases(registers_of(" ".join(names), ()), seed=1)
    suite = make_suite("registers-15", name="Registers", domain=domain, scorer="register_claims", drafts=drafts)
    return [make_run(suite, veran[1], confuses_brightness), make_run(suite, veran[2], lambda case: "It is CGADD.")]


def test_on_one_suite_the_collapse_is_seen_at_a_glance(client_as: Login, common: list[EvalRun]) -> None:
    make_comparison(*common)
    board = make_board(common[0], common[1:])
    (_, first), (_, second) = board.confusions
    assert first.collapse == ""
    assert second.collapse == "One answer, CGADD, for 15 of 15 subjects: the version collapsed onto it."
    told = {subject.subject.split()[0]: subject.answered for subject in second.subjects}
    assert {told[address] for address in ("$2100", "$420B", "$4200", "$2115", "$2121")} == {"CGADD"}
    shown = text(client_as(Role.VIEWER).get(board_url(common)))
    assert f"veran v2: {second.collapse}" in shown
    assert "regressed by 0.87" in shown


def test_the_confusion_of_v1_is_told_apart_from_a_collapse(common: list[EvalRun]) -> None:
    make_comparison(*common)
    (_, first), _ = make_board(common[0], common[1:]).confusions
    assert [(one.subject, one.answered) for one in first.subjects if one.answered != one.right] == [
        ("$2100 INIDISP", "VMAIN")
    ]
