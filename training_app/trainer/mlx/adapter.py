"""The trained adapter in peft's format: versions, merging, evaluation and serving need not know that MLX made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training_app.trainer.files import write_json
from training_app.trainer.spec import TrainSpec

# As peft 0.21 reads them (peft.utils.save_and_load).
PREFIX, FILE, CONFIG = "base_model.model.", "adapter_model.safetensors", "adapter_config.json"
FACTORS = {"lora_a": "lora_A.weight", "lora_b": "lora_B.weight"}


class PeftFolder:
    """What `save_result` asks a model for: itself, as a folder."""

    def __init__(self, model: Any, spec: TrainSpec) -> None:
        self._model = model
        self._spec = spec

    def save_pretrained(self, folder: str, **_: Any) -> None:
        """Write weights and config. MLX has the factors as (inputs, rank) and (rank, outputs), peft turned about."""
        import mlx.core as mx
        from mlx.utils import tree_flatten

        Path(folder).mkdir(parents=True)
        trained = dict(tree_flatten(self._model.trainable_parameters()))
        named = dict(_as_peft(path, value) for path, value in trained.items())
        mx.save_safetensors(str(Path(folder) / FILE), named, metadata={"format": "pt"})
        write_json(Path(folder) / CONFIG, self._config(list(trained)))

    def _config(self, paths: list[str]) -> dict[str, Any]:
        spec = self._spec
        layers = {path.split(".")[-2] for path in paths if path.rpartition(".")[2] in FACTORS}
        return {
            "peft_type": "LORA",
            "task_type": "CAUSAL_LM",
            "r": spec.rank,
            "lora_alpha": spec.alpha,
            "lora_dropout": spec.dropout,
            "use_rslora": spec.use_rslora,
            "target_modules": sorted(layers),
            "modules_to_save": sorted(spec.modules_to_save) or None,
            "bias": "none",
            "inference_mode": True,
        }


def _as_peft(path: str, value: Any) -> tuple[str, Any]:
    import mlx.core as mx

    layer, _, name = path.rpartition(".")
    if name in FACTORS:
        return f"{PREFIX}{layer}.{FACTORS[name]}", mx.contiguous(value.T)
    return f"{PREFIX}{path}", value
