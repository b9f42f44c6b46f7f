from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from training_app.trainer.checkpoints import MANIFEST, clear_aside, latest_sealed, prune, seal


def save(work: Path, step: int) -> Path:
    aside = clear_aside(work) / f"checkpoint-{step}"
    (aside / "deep").mkdir(parents=True)
    (aside / "weights").write_bytes(bytes([step]) * 1000)
    (aside / "deep" / "state").write_text(f"step {step}")
    return aside


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for step in (10, 20):
        seal(save(tmp_path, step), tmp_path, step, {"seed": 0})
    return tmp_path


def newest(work: Path) -> Path:
    return max((work / "checkpoints").iterdir())


def test_newest_is_found(work: Path) -> None:
    sealed = latest_sealed(work)

    assert sealed is not None
    assert (sealed.step, sealed.folder, sealed.identity) == (20, newest(work), {"seed": 0})
    assert sealed.size_bytes == 1000 + len("step 20")


def test_nothing_is_found_in_an_empty_folder(tmp_path: Path) -> None:
    assert latest_sealed(tmp_path) is None


def test_what_was_not_sealed_is_not_seen(work: Path) -> None:
    save(work, 30)

    assert (found := latest_sealed(work)) and found.step == 20


def truncate(folder: Path) -> None:
    (folder / "weights").write_bytes(b"short")


def flip(folder: Path) -> None:
    data = bytearray((folder / "weights").read_bytes())
    data[500] ^= 1
    (folder / "weights").write_bytes(data)


def lose(folder: Path) -> None:
    (folder / "deep" / "state").unlink()


def add(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"a pickle from elsewhere")


def unseal(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def garble(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"step": 20}')


@pytest.mark.parametrize("damage", [truncate, flip, lose, add, unseal, garble])
def test_damaged_one_is_passed_over_and_told(work: Path, damage: Callable[[Path], None]) -> None:
    damage(newest(work))
    told: list[str] = []

    found = latest_sealed(work, on_damage=told.append)

    assert found is not None
    assert found.step == 10
    assert [text for text in told if "step-00000020 is damaged" in text]


def test_damaged_one_is_replaced_when_its_step_comes_again(work: Path) -> None:
    flip(newest(work))

    seal(save(work, 20), work, 20, {"seed": 0})

    assert (found := latest_sealed(work)) and found.step == 20


def test_only_the_newest_are_kept(work: Path) -> None:
    seal(save(work, 30), work, 30, {})

    assert prune(work, keep=2) == [10]
    assert [folder.name for folder in sorted((work / "checkpoints").iterdir())] == ["step-00000020", "step-00000030"]


def test_equal_content_has_an_equal_name(tmp_path: Path) -> None:
    one = seal(save(tmp_path / "a", 5), tmp_path / "a", 5, {"seed": 0})
    two = seal(save(tmp_path / "b", 5), tmp_path / "b", 5, {"seed": 0})
    other = seal(save(tmp_path / "c", 5), tmp_path / "c", 5, {"seed": 1})

    assert one.sha256 == two.sha256 != other.sha256
