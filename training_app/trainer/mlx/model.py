"""The base model in MLX, with an adapter on its linear layers as peft puts one there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from training_app.trainer.errors import BaseUnreadable, NoSuchLayers
from training_app.trainer.plain import read_json
from training_app.trainer.spec import TrainSpec

BITS = {"qlora": 4, "lora8": 8}
# What MLX quantizes together: https://ml-explore.github.io/mlx/build/html/python/nn/_autosummary_functions/mlx.nn.quantize.html
GROUP = 64


def load_base(spec: TrainSpec) -> Any:
    """The base with adapters; only those and `modules_to_save` are trainable. Raises BaseUnreadable, NoSuchLayers."""
    import mlx.core as mx
    from mlx_lm.utils import load_model

    try:
        model, _ = load_model(spec.base, lazy=True, model_config=rope_settings(spec.base))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaseUnreadable(path=spec.base, problem=f"MLX does not load it ({error})") from None
    model.set_dtype(_dtype(spec))
    names = trained_layers(spec, model)
    mx.random.seed(spec.seed)
    _quantize(spec, model)
    _put_adapters(spec, model, names)
    mx.eval(model.parameters())
    return model


def rope_settings(base: Path) -> dict[str, Any]:
    """How positions turn, by the names that mlx-lm reads: transformers 5 writes others.

    Without them most models of mlx-lm silently take a usual value, and every logit is wrong.
    """
    config = read_json(base, "config.json")
    told = config.get("rope_parameters")
    if not isinstance(told, dict):
        return {}
    full, local = told.get("full_attention", told), told.get("sliding_attention", {})
    found = {"rope_theta": full.get("rope_theta"), "rope_local_base_freq": local.get("rope_theta")}
    if full.get("rope_type", "default") != "default":
        found["rope_scaling"] = {name: value for name, value in full.items() if name != "rope_theta"}
    return {name: value for name, value in found.items() if value is not None and name not in config}


def _dtype(spec: TrainSpec) -> Any:
    """`auto`: bfloat16 on Apple's GPU, else float32."""
    import mlx.core as mx

    auto = "bf16" if mx.metal.is_available() else "fp32"
    wanted = auto if spec.precision == "auto" else spec.precision
    return {"bf16": mx.bfloat16, "fp16": mx.float16, "fp32": mx.float32}[wanted]


def trained_layers(spec: TrainSpec, model: Any) -> list[str]:
    """The paths of the linear layers that get an adapter. Raises `NoSuchLayers`."""
    import mlx.nn as nn

    leaves = {path.rpartition(".")[2] for path, _ in model.named_modules()}
    unknown = [name for name in (*spec.target_modules, *spec.modules_to_save) if name not in leaves]
    if unknown:
        raise NoSuchLayers(names=", ".join(unknown))
    linear = [path for path, module in model.named_modules() if isinstance(module, nn.Linear | nn.QuantizedLinear)]
    inside = [path for path in linear if ".layers." in path and _leaf(path) not in spec.modules_to_save]
    return sorted(path for path in inside if not spec.target_modules or _leaf(path) in spec.target_modules)


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


def _quantize(spec: TrainSpec, model: Any) -> None:
    """The linear layers of the blocks in 4 or 8 bits; embeddings and output stay as they are."""
    import mlx.nn as nn

    if spec.method in BITS:
        nn.quantize(
            model,
            group_size=GROUP,
            bits=BITS[spec.method],
            class_predicate=lambda path, module: isinstance(module, nn.Linear) and ".layers." in path,
        )


def _put_adapters(spec: TrainSpec, model: Any, names: list[str]) -> None:
    from mlx.utils import tree_unflatten
    from mlx_lm.tuner.lora import LoRALinear

    modules = dict(model.named_modules())
    settings = {"r": spec.rank, "scale": scale_of(spec), "dropout": spec.dropout}
    model.freeze()
    model.update_modules(tree_unflatten([(name, LoRALinear.from_base(modules[name], **settings)) for name in names]))
    for path, module in model.named_modules():
        if _leaf(path) in spec.modules_to_save:
            module.unfreeze()


def scale_of(spec: TrainSpec) -> float:
    """What the adapter's product is multiplied by: alpha / rank, of rsLoRA alpha / √rank (arXiv:2312.03732)."""
    return spec.alpha / (math.sqrt(spec.rank) if spec.use_rslora else spec.rank)
