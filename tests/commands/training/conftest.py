"""A recipe on a base with files, a snapshot, and a stand-in for the trainer: a program that writes what one writes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Endpoint, Provider
from datasets_app.models import Snapshot
from tests.commands.running import work_while_waiting
from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from training_app.models import BaseModel, ModelVersion, Recipe

# As the real one is called: `python -m training_app.trainer SPEC`, or the builder of the tiny base.
TRAINER = f"""#!{sys.executable}
import json, pathlib, sys
spec = json.loads(pathlib.Path(sys.argv[3]).read_text())
if sys.argv[2].endswith("tiny_base"):
    folder = pathlib.Path(spec["out_dir"])
    folder.mkdir()
    (folder / "config.json").write_text("{{}}")
    (folder / "chat_template.jinja").write_text("{{{{ messages }}}}")
    print(json.dumps({{"parameters": 4096}}))
    sys.exit()
folder = pathlib.Path(spec["work_dir"])
events = [
    {{"type": "started", "max_steps": 4, "device": "cpu", "trainable_parameters": 5, "total_parameters": 9,
      "versions": {{"trl": "1"}}}},
    {{"type": "log", "step": 4, "loss": 0.25, "mean_token_accuracy": 0.5, "tokens_per_s": 10.0}},
    {{"type": "eval", "step": 4, "loss": 0.75}},
    {{"type": "checkpoint", "step": 4, "sha256": "c" * 64, "bytes": 7}},
]
with (folder / "events.jsonl").open("a") as file:
    for seq, event in enumerate(events, 1):
        file.write(json.dumps({{"seq": seq, **event}}) + chr(10))
(folder / "adapter").mkdir(exist_ok=True)
(folder / "adapter" / "adapter_config.json").write_text("{{}}")
"""


@pytest.fixture
def base(db: None, tmp_path: Path, settings: Any) -> BaseModel:
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    return make_base(tmp_path / "base")


@pytest.fixture
def recipe(base: BaseModel) -> Recipe:
    return make_recipe(base)


@pytest.fixture
def snapshot(base: BaseModel, tmp_path: Path) -> Snapshot:
    return make_snapshot(tmp_path / "facts", [chat_row("What is at $2100?", "INIDISP")])


@pytest.fixture
def version(base: BaseModel) -> ModelVersion:
    endpoint = Endpoint.objects.create(name="a server", provider=Provider.OPENAI_COMPATIBLE, model="veran")
    return ModelVersion.objects.create(name="veran", base_model=base, endpoint=endpoint)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """Jobs are done while commands wait for them; the stand-in trains."""
    program = tmp_path / "trainer"
    program.write_text(TRAINER)
    program.chmod(0o755)
    settings.TRAINER_PYTHON = str(program)
    work_while_waiting(monkeypatch)
