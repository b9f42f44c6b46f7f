"""The bundle of a run: what it was made from, and one command that makes it again, to the last bit on a CPU."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.trainer.conftest import Programs, events_of
from training_app.trainer.replay import main as replay

pytestmark = pytest.mark.trainer


def test_it_says_what_the_run_was_made_from(whole_run: Path, base: Path, snapshot: Path) -> None:
    bundle = json.loads((whole_run / "bundle.json").read_text())
    started = events_of(whole_run)[0]
    assert bundle["hashes"] == {name: started[name] for name in bundle["hashes"]}
    assert set(bundle["hashes"]) == {"base_sha256", "snapshot_sha256", "template_sha256"}
    assert bundle["spec"]["learning_rate"] == 2e-3
    assert bundle["spec"]["optimizer"] == "adamw_torch"
    assert bundle["packages"]["torch"] == started["versions"]["torch"]
    assert bundle["device"] == started["device"]


def test_it_holds_the_rows_of_the_first_three_batches(whole_run: Path) -> None:
    first = json.loads((whole_run / "bundle.json").read_text())["first_batches"]
    assert len(first) == 3 * 4
    for row in first:
        trained = [token for token, label in zip(row["input_ids"], row["labels"], strict=True) if label == token]
        assert 0 < len(trained) < len(row["input_ids"])
        assert {label for label in row["labels"] if label not in trained} == {-100}


@pytest.fixture(scope="module")
def bundle(whole_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's, as another interpreter would have written it: one package was of another version."""
    path = tmp_path_factory.mktemp("bundle") / "bundle.json"
    told = json.loads((whole_run / "bundle.json").read_text())
    told["packages"]["numpy"] = "0.1"
    path.write_text(json.dumps(told))
    return path


def test_the_run_is_made_again_to_the_last_bit(
    programs: Programs, bundle: Path, whole_run: Path, base: Path, snapshot: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(base, tmp_path / "elsewhere")
    done = programs.run("-m", "training_app.trainer.replay", bundle, moved, snapshot, tmp_path / "again")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["sha256"] == events_of(whole_run)[-1]["sha256"]
    assert said["dir"] == "adapter"
    [differing] = said["differing"]
    assert differing.startswith("numpy: 0.1 then, ")
    assert f"differs: {differing}" in done.stderr


def test_other_data_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], bundle: Path, base: Path, snapshot: Path, tmp_path: Path
) -> None:
    changed = shutil.copytree(snapshot, tmp_path / "changed")
    (changed / "validation.jsonl").unlink()
    assert replay([str(path) for path in (bundle, base, changed, tmp_path / "again")]) == 3
    said = capsys.readouterr().err
    assert "This is not what the bundle was made from: snapshot " in said
    assert "base " not in said.partition(". ")[0]
    assert not (tmp_path / "again").exists()


def test_wrong_arguments_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert replay(["one"]) == 2
    assert "usage: " in capsys.readouterr().err
    assert replay([str(tmp_path / name) for name in ("nothing.json", "base", "snapshot", "work")]) == 2
    assert "it is no bundle of a run" in capsys.readouterr().err
