"""What a training leaves: an adapter or whole weights, as a folder that any host can use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from training_app.trainer.checkpoints import ASIDE
from training_app.trainer.files import folder_sha256, sync, write_json
from training_app.trainer.spec import TrainSpec

ADAPTER, WEIGHTS, CONFIG = "adapter", "weights", "adapter_config.json"
# Of a base's folder: what is not copied beside new weights.
OLD_WEIGHTS = (".safetensors", ".safetensors.index.json", ".bin", ".gguf", ".part")


def save_result(model: Any, spec: TrainSpec) -> dict[str, str]:
    """Write the result, replacing an earlier one: `adapter_dir`, or `weights_dir` of a full training, and `sha256`."""
    if spec.method == "full":
        aside = spec.work / ASIDE / WEIGHTS
        _write_weights(model, spec.base, aside)
        return {"weights_dir": WEIGHTS, "sha256": _put(aside, spec.work / WEIGHTS)}
    aside = spec.work / ASIDE / ADAPTER
    _write_adapter(model, spec.base_id, aside)
    return {"adapter_dir": ADAPTER, "sha256": _put(aside, spec.work / ADAPTER)}


def _write_adapter(model: Any, base_id: str, aside: Path) -> None:
    model.save_pretrained(str(aside), safe_serialization=True, save_embedding_layers=False)
    (aside / "README.md").unlink(missing_ok=True)
    _name_base(aside / CONFIG, base_id)


def _write_weights(model: Any, base: Path, aside: Path) -> None:
    """A folder like the base's: its own tokenizer and configuration, word for word, and the new weights."""
    model.to(_dtype_of(base)).save_pretrained(str(aside), safe_serialization=True)
    for path in base.iterdir():
        if path.is_file() and not path.name.endswith(OLD_WEIGHTS):
            shutil.copyfile(path, aside / path.name)


def _dtype_of(base: Path) -> Any:
    """As the base's weights are stored: trained in 32 bits, they would be twice its size for nothing."""
    from transformers import AutoConfig

    return AutoConfig.from_pretrained(str(base), local_files_only=True, trust_remote_code=False).dtype or "float32"


def _put(aside: Path, target: Path) -> str:
    for path in aside.iterdir():
        sync(path)
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
    sync(target.parent)
    return folder_sha256(target)


def _name_base(path: Path, base_id: str) -> None:
    """The base's id in place of this host's folder; what was a set in a fixed order, so that equal runs are equal."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = base_id
    for name in ("target_modules", "modules_to_save"):
        if isinstance(config.get(name), list):
            config[name] = sorted(config[name])
    write_json(path, config)
