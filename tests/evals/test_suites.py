"""Suites: equal content is the version that is there, other content the next number, nothing half stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afsweb.core.archiving import set_archived
from afsweb.core.models import Event, User
from datasets_app.models import Domain
from evals_app.errors import CaseRefused, SuiteIsEmpty, UnknownRegister, UnknownScorer
from evals_app.models import Case, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.suites import CaseDraft, content_sha256, make_suite
from tests.evals.conftest import register_drafts


def make(domain: Domain, drafts: list[CaseDraft], **facts: object) -> Suite:
    values = {"name": "Registers", "domain": domain, "scorer": "register_claims", "drafts": drafts} | facts
    return make_suite("registers", **values)  # type: ignore[arg-type]


def test_the_same_cases_are_the_same_version(domain: Domain) -> None:
    first = make(domain, register_drafts())
    assert make(domain, list(reversed(register_drafts()))) == first
    assert (first.number, Suite.objects.count(), first.cases.count()) == (1, 1, 15)


def test_other_cases_are_the_next_version_and_the_first_stays(domain: Domain) -> None:
    first = make(domain, register_drafts())
    second = make(domain, register_drafts(["INIDISP", "VMAIN"]))
    assert (second.number, second.cases.count(), first.cases.count()) == (2, 6, 15)


def test_another_scorer_is_another_version(domain: Domain) -> None:
    draft = CaseDraft("a", "x", "c", [{"role": "user", "content": "?"}], {"keywords": ["INIDISP"]})
    both = draft.expected | {"address": "$2100", "direction": "name"}
    one = make(domain, [replace(draft, expected=both)])
    other = make(domain, [replace(draft, expected=both)], scorer="keyword")
    assert (one.number, other.number, one.sha256 == other.sha256) == (1, 2, True)


def test_the_hash_is_of_the_content_in_key_order() -> None:
    drafts = register_drafts()
    assert content_sha256(drafts) == content_sha256(reversed(drafts))
    assert content_sha256(drafts) != content_sha256([*drafts[:-1], replace(drafts[-1], category="other")])


def test_making_a_suite_is_history(domain: Domain, trainer: User) -> None:
    suite = make(domain, register_drafts(), by=trainer)
    event = Event.objects.get(object_type="evals.suite", object_id=suite.pk)
    assert (event.verb, event.actor, event.after["cases"]) == ("make", trainer, 15)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": " "}, "its key must have 1 to 100"),
        ({"cluster": "x" * 101}, "its cluster must have 1 to 100"),
        ({"messages": []}, "last message must be the user's"),
        ({"messages": [{"role": "user", "content": " "}]}, "needs a text"),
        ({"messages": [{"role": "judge", "content": "a"}, {"role": "user", "content": "b"}]}, "one of the roles"),
        ({"expected": {"direction": "name", "address": "$9999"}}, "no hardware register"),
        ({"expected": {"address": "$2100"}}, "direction must be"),
    ],
)
def test_a_case_that_could_not_be_asked_is_refused(domain: Domain, changes: dict[str, object], reason: str) -> None:
    drafts = register_drafts()
    with pytest.raises(CaseRefused, match=reason):
        make(domain, [*drafts[1:], replace(drafts[0], **changes)])  # type: ignore[arg-type]
    assert not Suite.objects.exists()
    assert not Case.objects.exists()


def test_a_key_stands_once(domain: Domain) -> None:
    with pytest.raises(CaseRefused, match="2 cases have this key"):
        make(domain, [*register_drafts(), register_drafts()[0]])


def test_a_suite_has_a_case(domain: Domain) -> None:
    with pytest.raises(SuiteIsEmpty):
        make(domain, [])


def test_a_suite_has_a_scorer(domain: Domain) -> None:
    with pytest.raises(UnknownScorer, match="There are: register_claims, exact"):
        make(domain, register_drafts(), scorer="vibes")


def test_archive_and_back(domain: Domain, trainer: User) -> None:
    suite = make(domain, register_drafts())
    set_archived(suite, True, by=trainer)
    set_archived(suite, True, by=trainer)
    assert Suite.objects.get().is_archived
    set_archived(suite, False, by=trainer)
    assert not Suite.objects.get().is_archived
    assert [event.verb for event in Event.objects.order_by("pk")] == ["make", "archive", "restore"]


def test_registers_are_found_by_name_and_address() -> None:
    assert [r.name for r in registers_of("INIDISP, $2115;cgadd INIDISP", ())] == ["INIDISP", "VMAIN", "CGADD"]
    assert {r.area for r in registers_of("", ["PPU"])} == {"PPU"}


def test_what_is_no_register_is_named() -> None:
    with pytest.raises(UnknownRegister, match="“FOO” is no hardware register"):
        registers_of("INIDISP FOO", ())


def test_questions_come_from_the_seed() -> None:
    registers = registers_of("", ["PPU"])
    assert register_cases(registers, seed=1) == register_cases(registers, seed=1)
    assert register_cases(registers, seed=1) != register_cases(registers, seed=2)
