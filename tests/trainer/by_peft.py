"""What peft itself makes and thinks of adapters; run in the trainer's interpreter.

`make BASE FOLDER`: adapters with random factors, one folder each. `error BASE MERGED [WEIGHT ADAPTER]…`: prints how far
what peft adds for MERGED is from the weighted sum of what it adds for each, relative to that sum.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

KINDS: dict[str, dict[str, Any]] = {
    "plain": {"r": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"]},
    "narrow": {"r": 4, "lora_alpha": 4, "target_modules": ["q_proj", "v_proj", "up_proj"]},
    "rslora": {"r": 9, "lora_alpha": 16, "use_rslora": True, "target_modules": ["q_proj", "down_proj"]},
    "dora": {"r": 8, "lora_alpha": 16, "use_dora": True, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]},
    "with-head": {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]},
    "other-head": {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]},
}


def load(folder: str) -> Any:
    return AutoModelForCausalLM.from_pretrained(folder, dtype="auto")


def make(base: str, folder: str) -> None:
    for seed, (name, settings) in enumerate(KINDS.items()):
        torch.manual_seed(seed)
        model = get_peft_model(load(base), LoraConfig(task_type="CAUSAL_LM", **settings))
        for key, value in model.named_parameters():
            if "lora_A" in key or "lora_B" in key or "modules_to_save" in key:
                torch.nn.init.normal_(value, std=0.05)
            if "magnitude" in key:
                value.data *= 1 + 0.2 * torch.rand_like(value)
        model.save_pretrained(f"{folder}/{name}", save_embedding_layers=False)
        config = Path(folder, name, "adapter_config.json")
        config.write_text(json.dumps({**json.loads(config.read_text()), "base_model_name_or_path": "afsweb/tiny"}))
    half = Path(folder, "bf16")
    shutil.copytree(base, half)
    load(base).to(torch.bfloat16).save_pretrained(half)


def deltas(base: str, adapter: str) -> dict[str, Any]:
    model = PeftModel.from_pretrained(load(base), adapter)
    layers = {name: one for name, one in model.named_modules() if hasattr(one, "get_delta_weight")}
    return {name: one.get_delta_weight("default").detach().double() for name, one in layers.items()}


def error(base: str, merged: str, *parts: str) -> float:
    wanted: dict[str, Any] = {}
    for weight, adapter in zip(parts[::2], parts[1::2], strict=True):
        for name, delta in deltas(base, adapter).items():
            wanted[name] = wanted.get(name, 0) + float(weight) * delta
    got = deltas(base, merged)
    assert set(got) == set(wanted)
    away = sum(float(((got[name] - wanted[name]) ** 2).sum()) for name in wanted)
    return float((away / sum(float((one**2).sum()) for one in wanted.values())) ** 0.5)


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    verbs: dict[str, Callable[..., Any]] = {"make": make, "error": error}
    print(json.dumps(verbs[verb](*words)))
