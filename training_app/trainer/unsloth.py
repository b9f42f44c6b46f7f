"""A base model as unsloth loads it, with its own fast adapters; the loop around it is trl's, as without it."""

from __future__ import annotations

from typing import Any

from training_app.trainer.errors import BaseUnreadable, NoSuchLayers
from training_app.trainer.spec import TrainSpec

# The linear layers of a block: what it makes fast, and what its own notebooks train.
LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def load(spec: TrainSpec) -> Any:
    """The base with adapters. Raises `BaseUnreadable`, `NoSuchLayers`. `environment.load_libraries` comes before."""
    import torch
    from unsloth import FastLanguageModel

    # Of None it chooses by the card.
    dtypes = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}

    try:
        model, _ = FastLanguageModel.from_pretrained(
            spec.base_dir,
            max_seq_length=spec.max_length,
            dtype=dtypes.get(spec.precision),
            load_in_4bit=spec.method == "qlora",
            load_in_8bit=spec.method == "lora8",
            local_files_only=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BaseUnreadable(path=spec.base, problem=f"unsloth does not load it ({error})") from None
    layers = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    if unknown := [name for name in (*spec.target_modules, *spec.modules_to_save) if name not in layers]:
        raise NoSuchLayers(names=", ".join(unknown))
    return FastLanguageModel.get_peft_model(
        model,
        r=spec.rank,
        lora_alpha=spec.alpha,
        lora_dropout=spec.dropout,
        target_modules=list(spec.target_modules or LINEAR),
        modules_to_save=list(spec.modules_to_save) or None,
        use_rslora=spec.use_rslora,
        use_gradient_checkpointing=False if spec.gradient_checkpointing == "off" else "unsloth",
        random_state=spec.seed,
        max_seq_length=spec.max_length,
    )
