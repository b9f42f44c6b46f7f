"""One adapter into the base's weights: each layer in 32 bits, rounded once to what the base is kept in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training_app.trainer.errors import CannotMergeAdapter, MergeInexact
from training_app.trainer.merging.adapters import check_belongs
from training_app.trainer.merging.parity import compare, look
from training_app.trainer.merging.spec import MergeSpec
from training_app.trainer.merging.summing import TOLERANCE

if TYPE_CHECKING:
    from torch import Tensor

WEIGHT_FILES = (".safetensors", ".safetensors.index.json")
Tell = Callable[[int, int, str], None]


def merge_into_base(spec: MergeSpec, prompts: list[list[dict[str, str]]], tell: Tell) -> dict[str, Any]:
    """Write the base with the adapter in its weights to `spec.out`; return the parity report.

    Raises what `check_belongs` does, CannotMergeAdapter and MergeInexact.
    """
    import torch
    from transformers import AutoTokenizer

    check_belongs(spec.names[0], Path(spec.adapter_dirs[0]), spec.base, spec.base_id)
    tokenizer = AutoTokenizer.from_pretrained(str(spec.base), local_files_only=True)
    tell(0, 4, "loading the base with its adapter")
    model = _load(spec)
    with torch.inference_mode():
        tell(1, 4, "asking the adapter")
        before = look(model, tokenizer, prompts)
        tell(2, 4, "merging the layers")
        errors = _merge_layers(spec.names[0], model)
        merged = model.merge_and_unload()
        tell(3, 4, "asking the merged weights")
        after = look(merged, tokenizer, prompts, [one.answer for one in before])
    _save(merged, spec)
    return {**errors, "dtype": str(merged.dtype).removeprefix("torch."), **compare(before, after)}


def _load(spec: MergeSpec) -> Any:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(
        str(spec.base), dtype="auto", use_safetensors=True, local_files_only=True, trust_remote_code=False
    )
    try:
        return PeftModel.from_pretrained(base, spec.adapter_dirs[0], local_files_only=True).eval()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CannotMergeAdapter(name=spec.names[0], problem=f"peft does not load it ({error})"[:300]) from None


def _merge_layers(name: str, model: Any) -> dict[str, float]:
    """Merge layer by layer. `delta_error`: of what was added, against its formula; `rounded_off`: the share of it that
    the base's own precision cannot hold."""
    from peft.tuners.lora import LoraLayer

    away = lost = added = 0.0
    for path, layer in model.named_modules():
        if not isinstance(layer, LoraLayer):
            continue
        if not hasattr(layer, "lora_A") or not layer.lora_A:
            raise CannotMergeAdapter(name=name, problem=f"{path} is no linear layer")
        start, wanted, done, kept = _merge_layer(layer)
        away += float(((done - wanted).double() ** 2).sum())
        lost += float(((kept - done).double() ** 2).sum())
        added += float(((wanted - start).double() ** 2).sum())
    error = sqrt(away / added) if added else sqrt(away)
    if error > TOLERANCE:
        raise MergeInexact(error=error, expected=0.0, bound=TOLERANCE)
    return {"delta_error": error, "rounded_off": sqrt(lost / added) if added else 0.0}


def _merge_layer(layer: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The layer's weights before, as the formula wants them, as peft merged them, and as they are kept."""
    base = layer.get_base_layer()
    dtype = base.weight.dtype
    layer.float()
    start = base.weight.detach().clone()
    wanted = _formula(layer, start)
    layer.merge(safe_merge=True)
    done = base.weight.detach().clone()
    base.to(dtype)
    return start, wanted, done, base.weight.detach().float()


def _formula(layer: Any, start: Tensor) -> Tensor:
    """W + s·B·A; for DoRA each row scaled to its learned length (Liu et al. 2024, arXiv 2402.09353, equation 5)."""
    [adapter] = layer.active_adapters
    delta = layer.scaling[adapter] * (layer.lora_B[adapter].weight @ layer.lora_A[adapter].weight)
    if not layer.use_dora[adapter]:
        wanted: Tensor = start + delta
        return wanted
    length = layer.lora_magnitude_vector[adapter].weight
    turned: Tensor = start + delta
    return turned * (length / turned.norm(dim=1))[:, None]


def _save(merged: Any, spec: MergeSpec) -> None:
    """Its weights, and the base's own files beside them: the same tokenizer, template and configuration."""
    merged.save_pretrained(str(spec.out), safe_serialization=True)
    for path in spec.base.rglob("*"):
        if path.is_file() and not path.name.endswith(WEIGHT_FILES):
            target = spec.out / path.relative_to(spec.base)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
