"""The trained adapter as a folder that any host can use: safetensors, and a config that names the base by its id."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from training_app.trainer.checkpoints import ASIDE
from training_app.trainer.files import folder_sha256, sync, write_json

ADAPTER, CONFIG = "adapter", "adapter_config.json"


def save_adapter(model: Any, work_dir: Path, base_id: str) -> str:
    """Write `work_dir`/adapter, replacing an earlier one; return its sha256."""
    aside = work_dir / ASIDE / ADAPTER
    model.save_pretrained(str(aside), safe_serialization=True, save_embedding_layers=False)
    (aside / "README.md").unlink(missing_ok=True)
    _name_base(aside / CONFIG, base_id)
    for path in aside.iterdir():
        sync(path)
    target = work_dir / ADAPTER
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
    sync(work_dir)
    return folder_sha256(target)


def _name_base(path: Path, base_id: str) -> None:
    """The base's id in place of this host's folder; what was a set in a fixed order, so that equal runs are equal."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = base_id
    for name in ("target_modules", "modules_to_save"):
        if isinstance(config.get(name), list):
            config[name] = sorted(config[name])
    write_json(path, config)
