"""A LoRA adapter as its factors, and what keeps one from being merged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training_app.trainer.errors import AdapterOfAnotherBase, AdapterOfAnotherTokenizer, CannotMergeAdapter
from training_app.trainer.files import sha256_of

if TYPE_CHECKING:
    from torch import Tensor

CONFIG, WEIGHTS, TOKENIZER = "adapter_config.json", "adapter_model.safetensors", "tokenizer.json"
PREFIX = "base_model.model."
# Settings under which a sum over whole layers, all of one rank and scale, is something else than the adapter.
NOT_SUMMED = (
    "rank_pattern",
    "alpha_pattern",
    "layers_to_transform",
    "layers_pattern",
    "exclude_modules",
    "layer_replication",
    "lora_bias",
    "fan_in_fan_out",
    "target_parameters",
    "trainable_token_indices",
    "use_qalora",
)
# Other ways to begin change the base's weights, which the adapter then no longer fits.
HARMLESS_BEGINNINGS = (None, True, False, "gaussian", "orthogonal", "eva")


@dataclass(frozen=True)
class Adapter:
    """`pairs`: for each layer A (rank × inputs) and B (outputs × rank); `whole`: modules trained beside the adapter."""

    name: str
    config: Mapping[str, Any]
    pairs: Mapping[str, tuple[Tensor, Tensor]]
    whole: Mapping[str, Tensor]

    @property
    def scale(self) -> float:
        """What B·A is multiplied by: alpha / rank (Hu et al. 2021, arXiv 2106.09685, section 4.1); alpha / √rank for
        rsLoRA (Kalajdzievski 2023, arXiv 2312.03732)."""
        rank, alpha = int(self.config["r"]), float(self.config["lora_alpha"])
        return alpha / sqrt(rank) if self.config.get("use_rslora") else alpha / rank


def check_belongs(name: str, folder: Path, base: Path, base_id: str) -> dict[str, Any]:
    """Its settings. Raises AdapterOfAnotherBase, AdapterOfAnotherTokenizer, CannotMergeAdapter."""
    config = _read_config(name, folder)
    found = str(config.get("base_model_name_or_path") or "")
    if found != base_id:
        raise AdapterOfAnotherBase(name=name, found=found or "a base it does not name", base=base_id)
    own, theirs = folder / TOKENIZER, base / TOKENIZER
    if own.is_file() and theirs.is_file() and sha256_of(own) != sha256_of(theirs):
        raise AdapterOfAnotherTokenizer(name=name, base=base_id)
    if config.get("peft_type") != "LORA":
        raise CannotMergeAdapter(name=name, problem=f"it is of the kind {config.get('peft_type')}, not LoRA")
    if config.get("init_lora_weights") not in HARMLESS_BEGINNINGS:
        raise CannotMergeAdapter(name=name, problem=f"it began as {config['init_lora_weights']}, on a changed base")
    return config


def read_adapter(name: str, folder: Path, base: Path, base_id: str) -> Adapter:
    """The adapter in `folder`, on the CPU in 32 bits. Raises what `check_belongs` does, and CannotMergeAdapter for DoRA
    and for settings that a sum of B·A does not know."""
    config = check_belongs(name, folder, base, base_id)
    _check_plain(name, config)
    return Adapter(name, config, *_read_tensors(name, folder / WEIGHTS))


def _read_config(name: str, folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotMergeAdapter(name=name, problem=f"its {CONFIG} cannot be read") from None
    if not isinstance(config, dict):
        raise CannotMergeAdapter(name=name, problem=f"its {CONFIG} is no JSON object")
    return config


def _check_plain(name: str, config: Mapping[str, Any]) -> None:
    if config.get("use_dora"):
        problem = "it is DoRA, whose lengths of columns do not add up"
        raise CannotMergeAdapter(name=name, problem=problem)
    odd = [setting for setting in NOT_SUMMED if config.get(setting)]
    if config.get("bias", "none") != "none":
        odd.append("bias")
    if odd:
        raise CannotMergeAdapter(name=name, problem=f"its setting {', '.join(odd)} is not one that can be summed")


def _read_tensors(name: str, path: Path) -> tuple[dict[str, tuple[Tensor, Tensor]], dict[str, Tensor]]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = {key.removeprefix(PREFIX): value.float() for key, value in load_file(path).items()}
    except (OSError, SafetensorError):
        raise CannotMergeAdapter(name=name, problem=f"its {WEIGHTS} cannot be read") from None
    layers = sorted(key.removesuffix(".lora_A.weight") for key in tensors if key.endswith(".lora_A.weight"))
    try:
        pairs = {at: (tensors.pop(f"{at}.lora_A.weight"), tensors.pop(f"{at}.lora_B.weight")) for at in layers}
    except KeyError as missing:
        raise CannotMergeAdapter(name=name, problem=f"it lacks {missing.args[0]}") from None
    if odd := [key for key in tensors if ".lora_" in key] or ([] if pairs else ["no layer"]):
        raise CannotMergeAdapter(name=name, problem=f"it has {odd[0]}, which is no pair of a linear layer")
    return pairs, tensors
