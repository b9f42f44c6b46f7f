"""A version's general ability against its base's: forgetting is said only beyond the noise of asking twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.models import Domain
from evals_app.abilities.forgetting import abilities_of
from evals_app.models import Case, EvalRun, Purpose, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.suites import make_suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_run, say_right
from training_app.models import ModelVersion

Login = Callable[[Role | User], Client]


@pytest.fixture
def general(domain: Domain) -> Suite:
    """Thirty facts that stand for general ability."""
    drafts = register_cases(registers_of("", ["PPU"])[:30], seed=1)
    facts: dict[str, Any] = {"name": "General", "domain": domain, "purpose": Purpose.GENERAL}
    return make_suite("general", scorer="register_claims", drafts=drafts, **facts)


@pytest.fixture
def base(make_version: MakeVersion) -> ModelVersion:
    return make_version("base")


@pytest.fixture
def trained(make_version: MakeVersion) -> ModelVersion:
    """Stands for a trained one: it has a document, so it is not the plain base."""
    return make_version("trained", imported_from="a test")


def say_half(case: Case) -> str:
    return say_right(case) if int(case.expected["address"][1:], 16) % 2 else "It is MDMAEN."


def test_a_version_that_answers_half_as_well_has_forgotten(
    general: Suite, base: ModelVersion, trained: ModelVersion
) -> None:
    make_run(general, base, say_right)
    make_run(general, trained, say_half)
    (ability,) = abilities_of(trained)
    assert ability.paired and ability.paired.difference == pytest.approx(-0.5, abs=0.1)
    assert (ability.has_forgotten, ability.floor) == (True, None)


def test_one_that_answers_as_well_has_not(general: Suite, base: ModelVersion, trained: ModelVersion) -> None:
    make_run(general, base, say_right)
    make_run(general, trained, say_right)
    (ability,) = abilities_of(trained)
    assert not ability.has_forgotten


def say_six_wrong(case: Case) -> str:
    six = [register.name for register in registers_of("", ["PPU"])[:6]]
    return "It is MDMAEN." if case.cluster in six else say_right(case)


def test_what_lies_within_the_noise_is_not_forgetting(
    general: Suite, base: ModelVersion, trained: ModelVersion
) -> None:
    """Six facts of thirty are a loss, until the base itself answers half of all otherwise when it is asked again."""
    make_run(general, base, say_right)
    make_run(general, trained, say_six_wrong)
    (ability,) = abilities_of(trained)
    assert (ability.has_forgotten, ability.floor) == (True, None)
    make_run(general, base, say_half)
    make_run(general, base, say_right)
    (ability,) = abilities_of(trained)
    assert ability.floor and ability.floor > 0.1
    assert not ability.has_forgotten


def test_without_the_bases_answers_nothing_is_compared(general: Suite, trained: ModelVersion) -> None:
    make_run(general, trained, say_half)
    (ability,) = abilities_of(trained)
    assert (ability.base, ability.paired, ability.has_forgotten) == (None, None, False)


def test_a_run_that_was_drawn_otherwise_is_no_base_for_it(
    general: Suite, base: ModelVersion, trained: ModelVersion
) -> None:
    other = make_run(general, base, say_right)
    EvalRun.objects.filter(pk=other.pk).update(hashes=other.hashes | {"sampling": "o" * 64})
    make_run(general, trained, say_half)
    assert abilities_of(trained)[0].base is None


def test_a_suite_of_the_domain_is_none_of_general_ability(suite: Suite, base: ModelVersion) -> None:
    make_run(suite, base, say_right)
    assert abilities_of(base) == []


def fragment(client: Client, version: ModelVersion) -> str:
    response: Any = client.get(f"/models/{version.uuid}/abilities/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_card_says_it(
    client_as: Login,
    general: Suite,
    base: ModelVersion,
    trained: ModelVersion,
    django_assert_max_num_queries: Any,
) -> None:
    make_run(general, base, say_right)
    make_run(general, trained, say_half)
    viewer = client_as(Role.VIEWER)
    fragment(viewer, base)
    with django_assert_max_num_queries(18):
        shown = fragment(viewer, trained)
    assert "forgot more than the noise floor" in shown
    assert "nobody asked twice, so the noise floor is not known" in shown
    assert "forgot more" not in fragment(viewer, base)
    assert "<html" not in shown
