"""Scaling: the line is found, its interval holds what it promises, and too little evidence is said to be too little."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from afsweb.core.models import Role, User
from datasets_app.models import Snapshot
from evals_app.models import Suite
from evals_app.scaling.advice import advise
from evals_app.scaling.fit import Line, Point, fit_line
from evals_app.scaling.points import by_data, by_size, scored_on
from tests.commands.running import afs, refused
from tests.web import loop
from training_app.models import BaseModel, ModelVersion, Recipe

Login = Callable[[Role | User], Client]
BILLION = 10**9


def line(gain: float, sizes: tuple[float, ...] = (100, 200, 400, 800), half: float = 0.02) -> Line | None:
    """Points that lie on a line of that gain, each known to `half`."""
    scores = [0.2 + gain * np.log2(size / sizes[0]) for size in sizes]
    return fit_line([Point(size, score, score - half, score + half) for size, score in zip(sizes, scores, strict=True)])


def test_a_line_is_found_with_its_interval() -> None:
    found = line(0.1)
    assert found is not None
    assert found.gain.value == pytest.approx(0.1)
    assert 0.05 < found.gain.low < 0.1 < found.gain.high < 0.15
    assert found.at(1600).value == pytest.approx(0.6)
    assert found.at(1e12).value == 1.0


def test_the_gain_of_points_with_exact_scores_is_that_of_plain_least_squares() -> None:
    points = [Point(size, score, score, score) for size, score in ((1, 0.1), (2, 0.4), (4, 0.3), (8, 0.6))]
    found = fit_line(points)
    assert found is not None
    assert found.gain.value == pytest.approx(np.polyfit([0, 1, 2, 3], [0.1, 0.4, 0.3, 0.6], 1)[0])


@pytest.mark.parametrize("count", [3, 5])
def test_the_interval_holds_the_true_gain_as_often_as_it_says(count: int) -> None:
    """400 made experiments with a scatter that no point's own interval knows of: 95 % hold, or a little more."""
    random, sizes = np.random.default_rng(7), 100.0 * 2 ** np.arange(count)
    held = 0
    for draw in range(400):
        scores = 0.3 + 0.05 * np.arange(count) + 0.04 * random.standard_normal(count)
        found = fit_line([Point(s, y, y - 0.01, y + 0.01) for s, y in zip(sizes, scores, strict=True)], seed=draw)
        assert found is not None
        held += found.gain.low <= 0.05 <= found.gain.high
    assert 0.92 <= held / 400 <= 0.99


def test_two_sizes_are_no_line() -> None:
    points = [Point(size, 0.5, 0.4, 0.6) for size in (100, 100, 200, 200)]
    assert fit_line(points) is None
    advice = advise(None, fit_line(points))
    assert advice.verdict == "not enough"
    assert "needs 3 versions of different sizes" in advice.text


@pytest.mark.parametrize(
    ("size", "data", "verdict"),
    [
        (0.01, 0.10, "data"),
        (0.10, 0.01, "size"),
        (0.05, 0.05, "either"),
        (0.0, 0.0, "neither"),
        (None, 0.10, "data"),
        (0.10, None, "size"),
        (None, 0.0, "not enough"),
    ],
)
def test_what_helps_more_is_recommended_only_where_it_can_be_told(
    size: float | None, data: float | None, verdict: str
) -> None:
    advice = advise(*(None if gain is None else line(gain) for gain in (size, data)))
    assert advice.verdict == verdict
    assert "(" in advice.text or "needs" in advice.text
    both = size is not None and data is not None
    assert (advice.difference is not None) == both
    if advice.difference and size is not None and data is not None:
        assert advice.difference.low <= data - size <= advice.difference.high


@pytest.fixture
def suite(db: None) -> Suite:
    """A suite with four versions of growing bases, and four of growing snapshots under one recipe."""
    suite = loop.add_comparison().baseline.suite
    for number, billions in enumerate((1, 3, 7, 14)):
        base = BaseModel.objects.create(model_id=f"tests/{billions}b", parameters=billions * BILLION)
        loop.add_eval_run(suite, ModelVersion.objects.create(name=f"base-{billions}b", base_model=base), 2 * number)
    for number, rows in enumerate((100, 200, 400, 800)):
        run = loop.add_run(f"run-{rows}")
        run.snapshot = Snapshot.objects.create(
            name=f"{rows} rows", state="ready", artifact=run.adapter, sha256="0" * 64, train_count=rows
        )
        run.save()
        version = ModelVersion.objects.create(
            name=f"of-{rows}", base_model=run.recipe.base_model, run=run, adapter=run.adapter
        )
        loop.add_eval_run(suite, version, 1)
        loop.add_eval_run(suite, version, 1 + number)
    return suite


def test_both_curves_are_read_from_the_evaluations(suite: Suite) -> None:
    runs = scored_on(suite)
    size = by_size(runs, plain=True)
    assert [one.point.size for one in size.scored] == [count * BILLION for count in (1, 3, 7, 14)]
    assert size.line is not None
    data = by_data(runs, Recipe.objects.get())
    assert [(one.point.size, one.point.score) for one in data.scored] == [
        (100, 1 / 8),
        (200, 2 / 8),
        (400, 3 / 8),
        (800, 4 / 8),
    ]
    assert data.line is not None
    assert data.line.gain.value == pytest.approx(1 / 8)
    assert by_size(runs, plain=False).scored == []


def test_the_page_shows_both_curves_and_costs_the_same_however_many(suite: Suite, client_as: Login) -> None:
    client = client_as(Role.VIEWER)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/scaling/?bases=plain").content.decode()
    assert len(queries) <= 8
    assert "A doubling brings" in page
    assert "14,000,000,000" in page
    assert "What to pay for next" in page
    for name in ("size", "data"):
        chart = client.get(f"/scaling/chart.json?bases=plain&curve={name}").json()
        assert chart["item"]["root_id"]


def test_a_page_with_too_little_says_so(db: None, client_as: Login) -> None:
    client = client_as(Role.VIEWER)
    assert "once versions have answered a suite" in client.get("/scaling/").content.decode()
    assert client.get("/scaling/chart.json").status_code == 200
    loop.add_comparison()
    page = client.get("/scaling/?suite=nonsense&recipe=%00").content.decode()
    assert "not enough evidence" in page
    assert "No version that a run trained has answered this suite" in page


def test_the_command_says_the_same(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    assert afs("suite", "scaling", "registers", "--plain") == 0
    said = capsys.readouterr().out
    assert "14,000,000,000 base parameters" in said
    assert "800 rows under tiny v1" in said
    assert "twice the data brings +12.5 points" in said
    assert "no recipe “none”" in refused(capsys, "suite", "scaling", "registers", "--recipe", "none")
