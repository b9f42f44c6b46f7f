"""The noise floor: what a version differs from itself, by its repeats or another run of it. Below it is no news."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.test import Client
from scipy import stats

from afsweb.core.models import Role, User
from evals_app.compare.compute import make_report
from evals_app.compare.noise import floor_of, repeats_of
from evals_app.models import Case, Suite
from evals_app.stats import Noise, noise_floor, noise_of
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import text

Login = Callable[[Role | User], Client]


def right_every_other_time() -> Callable[[Case], str]:
    """A version that answers right, then wrong, then right, whatever it is asked."""
    turns = count()
    return lambda case: say_right(case) if next(turns) % 2 == 0 else "It is TM."


def test_noise_is_the_variance_of_a_mean_of_means() -> None:
    found = noise_of([("a", [0.0, 1.0]), ("a", [0.5, 0.5]), ("b", [1.0, 1.0])], counted=2)
    assert found == Noise(variance=(0.5 / 2 / 4 + 0.0) / 4, freedom=3)


def test_cases_answered_once_tell_no_noise() -> None:
    assert noise_of([("a", [1.0]), ("b", [0.0])], counted=1) is None
    assert noise_floor(None, None) is None


def test_a_side_that_is_not_known_is_taken_to_be_like_the_other() -> None:
    known = Noise(0.0009, 20)
    expected = stats.t.ppf(0.975, 20) * (2 * 0.0009) ** 0.5
    assert noise_floor(known, None) == pytest.approx(expected)
    assert noise_floor(None, known) == pytest.approx(expected)
    assert noise_floor(known, known) == pytest.approx(stats.t.ppf(0.975, 40) * (2 * 0.0009) ** 0.5)


def test_repeats_that_always_agree_have_a_floor_of_nothing(suite: Suite, make_version: MakeVersion) -> None:
    run = make_run(suite, make_version(), say_right, repeats=3)
    assert floor_of((repeats_of(run), repeats_of(run))) == 0.0


def test_the_floor_is_not_known_where_every_case_was_answered_once(suite: Suite, make_version: MakeVersion) -> None:
    report = make_report(*(make_run(suite, make_version(name), say_right) for name in ("a", "b")))
    assert (report.noise_floor, report.is_noise) == (None, False)
    assert {category.noise_floor for category in report.categories} == {None}


def test_another_run_of_the_same_version_tells_the_floor(suite: Suite, make_version: MakeVersion) -> None:
    version = make_version("a")
    first = make_run(suite, version, right_every_other_time())
    make_run(suite, version, say_right)
    report = make_report(first, make_run(suite, make_version("b"), say_right))
    assert report.noise_floor
    assert report.noise_floor > 0


def test_a_run_that_was_asked_otherwise_tells_nothing(suite: Suite, make_version: MakeVersion) -> None:
    version = make_version("a")
    first = make_run(suite, version, right_every_other_time())
    make_run(suite, version, say_right, template="u" * 64)
    warm = make_run(suite, version, say_right)
    warm.sampling["temperature"] = 1.0
    warm.save()
    assert repeats_of(first).noise() is None


def test_what_lies_below_the_floor_is_grey_and_said(client_as: Login, suite: Suite, make_version: MakeVersion) -> None:
    runs = [make_run(suite, make_version(name), right_every_other_time(), repeats=3) for name in ("a", "b")]
    comparison = make_comparison(*runs)
    report = make_report(*runs)
    assert report.difference
    assert report.noise_floor
    assert report.is_noise
    shown = text(client_as(Role.VIEWER).get(comparison.get_absolute_url()))
    assert f"below the noise floor of {report.noise_floor:.2f}" in shown
    assert 'class="interval flat"' in shown


def test_cases_whose_repeats_disagree_are_unstable(suite: Suite, make_version: MakeVersion) -> None:
    steady = make_run(suite, make_version("a"), say_right, repeats=2)
    wavering = make_run(suite, make_version("b"), right_every_other_time(), repeats=2)
    assert all(case.unstable for case in make_report(steady, wavering).cases)
    assert not any(case.unstable for case in make_report(steady, make_run(suite, make_version("c"), say_right)).cases)
