"""How long a launch takes and what it costs: by runs that were measured, host by host; by guides before them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from afsweb.core.models import Host, Role, User
from datasets_app.models import Snapshot
from tests.rows import chat_row
from training_app.backends.params import TrainingParams
from training_app.estimates.hosts import Amount, backends_of, cost_of, from_priors, offers
from training_app.estimates.measured import peaks, runs_like, watts
from training_app.estimates.priors import priors_for
from training_app.estimates.speed import speeds
from training_app.models import BaseModel, Metric, Recipe, TrainingRun
from training_app.presets.advice import advise
from training_app.preview.looking import Look, look
from training_app.preview.memory import GIB

Login = Callable[[Role | User], Client]
URL = "/runs/launch/preview/"
READY = [{"check": "trainer", "level": "ok", "text": "PyTorch 2.13 uses 1 GPU by CUDA."}]


def make_host(name: str, free: int | None = 20_000, findings: list[dict[str, str]] | None = None) -> Host:
    gpus = [{"name": "a card", "memory_free": free}] if free is not None else []
    return Host.objects.create(name=name, queues=["gpu"], gpus=gpus, findings=READY if findings is None else findings)


def make_run(recipe: Recipe, snapshot: Snapshot, host: Host, speed: float, **facts: Any) -> TrainingRun:
    began = timezone.now()
    run = TrainingRun.objects.create(
        name="earlier",
        recipe=recipe,
        snapshot=snapshot,
        host=host,
        state="succeeded",
        adapter=snapshot.artifact,
        started_at=began,
        finished_at=began + timedelta(hours=2),
        **facts,
    )
    told = [(step, speed / 100 if step < 4 else speed) for step in range(1, 11)]
    Metric.objects.bulk_create(Metric(run=run, step=step, tokens_per_second=rate) for step, rate in told)
    return run


@pytest.fixture
def snapshot(recipe: Recipe, of: Callable[..., Snapshot]) -> Snapshot:
    return of([chat_row(f"Which register is {at}?", "INIDISP") for at in range(5)])


@pytest.fixture
def found(recipe: Recipe, snapshot: Snapshot) -> Look:
    return look(recipe, snapshot)


def test_the_speed_is_the_median_of_runs_like_it_without_their_warm_up(recipe: Recipe, snapshot: Snapshot) -> None:
    host, other = make_host("tower"), make_host("other")
    for speed in (100.0, 300.0, 200.0):
        make_run(recipe, snapshot, host, speed)
    make_run(make_other(recipe, method="qlora"), snapshot, host, 9_000.0)
    make_run(recipe, snapshot, other, 50.0)
    assert {at: (one.tokens_per_second, one.runs) for at, one in speeds(recipe).items()} == {
        host.pk: (200.0, 3),
        other.pk: (50.0, 1),
    }


def make_other(recipe: Recipe, **changes: Any) -> Recipe:
    facts = {"name": "other", "base_model": recipe.base_model, "params": recipe.params, **changes}
    return Recipe.objects.create(**facts)


@pytest.mark.parametrize(("parameters", "counts"), [(7_000_000_000, True), (14_000_000_000, False)])
def test_a_base_of_the_same_size_counts(recipe: Recipe, snapshot: Snapshot, parameters: int, counts: bool) -> None:
    BaseModel.objects.filter(pk=recipe.base_model_id).update(parameters=7_600_000_000)
    recipe.base_model.refresh_from_db()
    base = BaseModel.objects.create(model_id="another/7b", parameters=parameters)
    make_run(make_other(recipe, base_model=base), snapshot, make_host("tower"), 10.0)
    assert bool(speeds(recipe)) == counts


def test_the_time_is_tokens_by_speed_and_the_quickest_that_fits_is_recommended(
    recipe: Recipe, snapshot: Snapshot, found: Look
) -> None:
    slow, quick, small = make_host("slow"), make_host("quick"), make_host("small", free=100)
    for host, speed in ((slow, 10.0), (quick, 20.0), (small, 1_000.0)):
        make_run(recipe, snapshot, host, speed)
    ordered = offers(recipe, found, Host.objects.all(), {})
    assert [one.fit.host.name for one in ordered] == ["quick", "slow", "small"]
    assert [bool(one.why) for one in ordered] == [True, False, False]
    assert "quickest" in ordered[0].why
    assert ordered[0].seconds == pytest.approx(Amount.of(recipe, found).tokens / 20.0)
    assert Amount.of(recipe, found).rows == found.steps * TrainingParams(**recipe.params).rows_per_step


def test_a_host_that_is_not_set_up_says_how_and_is_not_recommended(recipe: Recipe, found: Look) -> None:
    make_host("mac", findings=[{"check": "mlx", "level": "ok", "text": "/x has MLX."}])
    make_host("new", findings=[])
    told = {one.fit.host.name: (one.lacks, one.why) for one in offers(recipe, found, Host.objects.all(), {})}
    assert told == {
        "mac": ("run `afs host setup --backend trl` there", ""),
        "new": ("its doctor has not looked yet", ""),
    }


def test_backends_are_those_that_the_doctor_saw() -> None:
    both = [{"check": check, "level": "ok", "text": "It computes."} for check in ("trainer", "unsloth")]
    broken = [{"check": "trainer", "level": "bad", "text": "/x has no PyTorch."}]
    assert backends_of(Host(findings=both)) == ("trl", "unsloth")
    assert backends_of(Host(findings=broken)) == ()


def test_the_cost_is_power_by_time_by_price(settings: Any, recipe: Recipe, snapshot: Snapshot) -> None:
    settings.PRICE_PER_KWH = 0.5
    assert cost_of(7_200, 250) == pytest.approx(0.25)
    assert cost_of(7_200, None) is None
    settings.PRICE_PER_KWH = None
    assert cost_of(7_200, 250) is None
    host = make_host("tower")
    make_run(recipe, snapshot, host, 1.0, environment={"measured": {"wh": 500.0, "peak_bytes": 1}})
    assert watts(runs_like(recipe)) == {host.pk: pytest.approx(250.0)}


def test_an_estimate_stands_beside_the_peak_of_runs_on_a_card(recipe: Recipe, snapshot: Snapshot, found: Look) -> None:
    host, measured = make_host("tower"), {"peak_bytes": round(found.memory.total / 1.05)}
    make_run(recipe, snapshot, host, 1.0, environment={"device": "cpu x86_64", "measured": measured})
    told = {"device": "NVIDIA H100", "measured": measured, "longest": found.lengths.longest}
    run = make_run(recipe, snapshot, host, 1.0, environment=told)
    (peak,) = peaks(runs_like(recipe), found.shape)
    assert peak.run == run
    assert peak.error == pytest.approx(0.05, abs=0.001)


def test_before_the_first_run_the_guides_figures_stand_dated(recipe: Recipe, found: Look) -> None:
    assert from_priors(recipe, found) == []
    recipe.base_model.parameters = 7_610_000_000
    told = from_priors(recipe, found)
    assert {prior.hardware[:3] for prior, *_ in told} >= {"RTX", "A10"}
    assert all(0 < least < most for _, least, most in told)
    assert [one.billions for one in priors_for(14_700_000_000)] == [14, 12]


def test_the_seeds_hours_come_out_of_their_rate() -> None:
    """7,000 samples over 3 epochs took 4 to 6 hours, 24,000 16 to 20 (hybrid-training)."""
    (prior,) = (one for one in priors_for(7_000_000_000) if one.unit == "rows" and one.billions == 7)
    assert 21_000 / prior.high / 3600 == pytest.approx(4, rel=0.01)
    assert 21_000 / prior.low / 3600 == pytest.approx(6, rel=0.01)
    assert 72_000 / prior.high / 3600 < 16 < 20 < 72_000 / prior.low / 3600


@pytest.mark.parametrize("what", ["measured", "priors"])
def test_the_page_shows_hosts_side_by_side(
    client_as: Login, recipe: Recipe, snapshot: Snapshot, settings: Any, what: str, django_assert_max_num_queries: Any
) -> None:
    settings.PRICE_PER_KWH = 0.5
    BaseModel.objects.update(parameters=7_610_000_000)
    host, words = make_host("tower"), ["nothing like it was trained here", "What guides say", "2025-12-21"]
    if what == "measured":
        environment = {"device": "a card", "measured": {"wh": 500.0, "peak_bytes": 10 * GIB}}
        make_run(recipe, snapshot, host, 200.0, environment=environment)
        words = ["200 tokens/s, median of 1 run here", "at 250 W", "recommended", "10.0 GiB", "Estimated and measured"]
    client = client_as(Role.TRAINER)
    with django_assert_max_num_queries(10):
        html = client.get(URL, {"recipe": recipe.pk, "snapshot": snapshot.pk}).content.decode()
    assert [one for one in words if one not in html] == []


@pytest.mark.parametrize(
    ("rows", "changes", "told"),
    [
        (800, {"rank": 128, "alpha": 256, "epochs": 5}, ["Rank 128 with 800 samples: 8 to 16 under 1,000."]),
        (800, {"rank": 16, "epochs": 5}, []),
        (1_000, {"rank": 32, "alpha": 64, "epochs": 3}, []),
        (5_000, {"rank": 16, "epochs": 3}, ["Rank 16 with 5,000 samples: 32 to 64 for 1,000 to 10,000."]),
        (20_000, {"rank": 128, "alpha": 256, "epochs": 5}, ["5 epochs over 20,000 samples: 1 to 3 above 10,000."]),
        (800, {"max_steps": 100, "batch_size": 8, "gradient_accumulation": 1, "rank": 8, "alpha": 8}, ["1 epochs"]),
        (800, {"rank": 16, "alpha": 64, "epochs": 5}, ["Alpha 64 at rank 16: one to two ranks, 16 to 32."]),
        (800, {"rank": 16, "epochs": 5, "learning_rate": 0.01}, ["1e-4, 2e-4, 5e-4, 1e-3"]),
    ],
)
def test_the_rules_are_held_against_the_number_of_samples(rows: int, changes: dict[str, Any], told: list[str]) -> None:
    found = advise(rows, "lora", TrainingParams(**changes))
    assert len(found) == len(told)
    assert all(words in one.text and "guide" in one.source for words, one in zip(told, found, strict=True))


def test_rules_of_adapters_say_nothing_of_a_full_training() -> None:
    assert advise(800, "full", TrainingParams(rank=512, alpha=1, epochs=5)) == []


def test_the_fit_goes_by_method_optimizer_and_loss(recipe: Recipe, snapshot: Snapshot) -> None:
    whole = look(recipe, snapshot).memory
    recipe.method = "lora8"
    eight = look(recipe, snapshot).memory
    recipe.params |= {"optimizer": "adamw_8bit", "chunked_loss": False, "gradient_checkpointing": "off"}
    changed = look(recipe, snapshot).memory
    assert whole.weights > 1.6 * eight.weights
    assert changed.optimizer == eight.optimizer / 4
    assert changed.logits > 0 and changed.activations > eight.activations
    recipe.method = "full"
    assert look(recipe, snapshot).memory.adapter == 0


def test_the_page_offers_the_hosts_whose_queue_the_backend_has(
    client_as: Login, recipe: Recipe, snapshot: Snapshot
) -> None:
    make_host("tower")
    Host.objects.create(name="laptop", queues=["mlx"], gpus=[{"name": "M5"}], findings=[{**READY[0], "check": "mlx"}])
    recipe = make_other(recipe, backend="mlx")
    html = client_as(Role.TRAINER).get(URL, {"recipe": recipe.pk, "snapshot": snapshot.pk}).content.decode()
    assert ("laptop" in html, "tower" in html) == (True, False)
