"""What a launch would do is shown before it: steps, memory against the hosts' cards, lengths, tokens and their mask."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Host, Role, User
from datasets_app.models import Snapshot
from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from tests.training.making import publish_base
from training_app.models import Recipe
from training_app.preview.fit import MIB, Fit, fits
from training_app.preview.lengths import BINS, measure
from training_app.preview.looking import look
from training_app.preview.memory import GIB, Memory
from training_app.trainer.order import steps_of

Login = Callable[[Role | User], Client]
URL = "/runs/launch/preview/"
ROWS = [chat_row(f"Which register is ${0x2100 + at:04X}?", "INIDISP <b>") for at in range(5)]


def test_the_expected_steps_are_those_of_the_issue() -> None:
    assert steps_of(1_294, 8, None, 3) == 486
    assert steps_of(1_294, 8, 100, None) == 100


def test_lengths_say_how_many_rows_a_limit_would_cut() -> None:
    lengths = measure([10, 20, 30, 40], max_length=30)
    assert (lengths.longest, lengths.middle, lengths.truncated_share) == (40, 25, 0.25)
    assert sum(lengths.counts) == 4 and len(lengths.edges) == BINS + 1
    assert measure([], 30).truncated_share == 0


@pytest.mark.parametrize(
    ("needed", "free", "verdict"),
    [
        (8 * GIB, 16 * GIB, "fits"),
        (15 * GIB, 16 * GIB, "tight"),
        (17 * GIB, 16 * GIB, "does not fit"),
        (1, None, "unknown"),
    ],
)
def test_a_training_fits_by_what_is_free(needed: float, free: int | None, verdict: str) -> None:
    assert Fit(Host(name="a"), "a card", free, needed).verdict == verdict


def test_the_free_memory_counts_and_not_the_whole() -> None:
    """A 5060 Ti that drives a display has 14.6 GiB left of 16."""
    host = Host(name="a", gpus=[{"name": "RTX 5060 Ti", "memory_total": 16_311, "memory_free": 14_927}])
    (fit,) = fits(_memory(14.8 * GIB), [host])
    assert (fit.free, fit.verdict) == (14_927 * MIB, "does not fit")


def test_a_host_without_a_card_is_named_without_a_verdict() -> None:
    assert [fit.verdict for fit in fits(_memory(1.0), [Host(name="a")])] == ["unknown"]


@pytest.fixture
def base_dir(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    return publish_base(tmp_path / "base", ROWS)


@pytest.fixture
def recipe(db: None, base_dir: Path, tmp_path: Path, settings: Any) -> Recipe:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    return make_recipe(make_base(base_dir))


@pytest.fixture
def snapshot(recipe: Recipe, tmp_path: Path) -> Snapshot:
    return make_snapshot(tmp_path / "data", ROWS)


def test_every_token_of_a_row_is_shown_with_what_the_loss_counts(recipe: Recipe, snapshot: Snapshot) -> None:
    found = look(recipe, snapshot, 2)
    assert "".join(piece.text for piece in found.pieces) == (
        "<|im_start|>user\nWhich register is $2101?<|im_end|>\n<|im_start|>assistant\nINIDISP <b><|im_end|>\n"
    )
    assert "".join(piece.text for piece in found.pieces if piece.is_trained) == "INIDISP <b><|im_end|>\n"
    assert {piece.text for piece in found.pieces if piece.is_special} == {"<|im_start|>", "<|im_end|>"}


def test_what_the_trainer_would_refuse_is_told_before(recipe: Recipe, snapshot: Snapshot) -> None:
    recipe.params |= {"max_length": 16}
    found = look(recipe, snapshot)
    assert found.lengths.truncated == 5
    assert "5 of 5 rows in train.jsonl would lose the end of an answer" in found.problems[0]


def test_the_page_shows_it_and_its_data_stays_data(
    client_as: Login, recipe: Recipe, snapshot: Snapshot, django_assert_max_num_queries: Any
) -> None:
    Host.objects.create(name="tower", queues=["gpu"], gpus=[{"name": "RTX 5060 Ti", "memory_free": 14_927}])
    client = client_as(Role.TRAINER)
    with django_assert_max_num_queries(8):
        html = client.get(URL, asked(recipe, snapshot)).content.decode()
    for words in ("tower", "RTX 5060 Ti", "14.6 GiB", "does not fit", "&lt;", "over 5 rows"):
        assert words in html
    assert "<b>" not in html.split('class="tokens"')[1].split("</pre>")[0]


def test_a_step_outside_the_rows_shows_the_nearest(client_as: Login, recipe: Recipe, snapshot: Snapshot) -> None:
    assert "row 5" in client_as(Role.TRAINER).get(URL, asked(recipe, snapshot) | {"row": 99}).content.decode()


@pytest.mark.parametrize("change", [{"recipe": ""}, {"snapshot": "x"}, {"recipe": "99999"}, {"row": "-1"}])
def test_without_a_recipe_and_a_snapshot_it_says_what_to_choose(
    client_as: Login, recipe: Recipe, snapshot: Snapshot, change: dict[str, str]
) -> None:
    html = client_as(Role.TRAINER).get(URL, asked(recipe, snapshot) | change).content.decode()
    assert "Choose a recipe and a snapshot" in html


def test_a_base_whose_tokenizer_does_not_load_is_said(client_as: Login, base_dir: Path, tmp_path: Path) -> None:
    (base_dir / "tokenizer.json").write_text("{}")
    broken = make_recipe(make_base(base_dir))
    html = client_as(Role.TRAINER).get(URL, asked(broken, make_snapshot(tmp_path / "d", ROWS))).content.decode()
    assert "its tokenizer.json does not load" in html


def test_a_snapshot_with_nothing_to_train_says_so(client_as: Login, recipe: Recipe, tmp_path: Path) -> None:
    nothing = make_snapshot(tmp_path / "nothing", [], [chat_row("q", "a")])
    html = client_as(Role.TRAINER).get(URL, asked(recipe, nothing)).content.decode()
    assert "The snapshot has no rows to train on" in html


def test_the_weights_are_not_read_for_a_look(
    recipe: Recipe, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> Path:
        raise AssertionError("to verify 15 GB takes longer than anybody waits for a page")

    monkeypatch.setattr("afsweb.core.artifacts.fetching.verify", never)
    assert look(recipe, snapshot).looked_at == 5


def test_files_that_are_not_here_are_said_to_be_missing(
    client_as: Login, recipe: Recipe, snapshot: Snapshot, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "artifacts")
    assert "are not on this machine" in client_as(Role.TRAINER).get(URL, asked(recipe, snapshot)).content.decode()


def test_reviewers_launch_nothing_and_see_no_preview(client_as: Login, recipe: Recipe, snapshot: Snapshot) -> None:
    assert client_as(Role.REVIEWER).get(URL, asked(recipe, snapshot)).status_code == 403


def test_the_lengths_are_drawn_and_nothing_without_a_snapshot(
    client_as: Login, recipe: Recipe, snapshot: Snapshot
) -> None:
    client = client_as(Role.TRAINER)
    assert client.get("/runs/launch/lengths.json", asked(recipe, snapshot)).json()["item"]
    assert client.get("/runs/launch/lengths.json", {"recipe": recipe.pk}).status_code == 404


def asked(recipe: Recipe, snapshot: Snapshot) -> dict[str, Any]:
    return {"recipe": recipe.pk, "snapshot": snapshot.pk}


def _memory(total: float) -> Memory:
    return Memory(total, 0, 0, 0, 0, 0, 0)
