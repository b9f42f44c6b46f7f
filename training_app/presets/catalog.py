"""The presets: what each guide of the project's beginnings sets, as it says it, and ours.

The guides contradict each other (rank 16 and 64 for the same task, alpha of one and of two ranks), so none is blended
with another: a setting that a guide does not name stays at what it is where nobody chose, and is shown as not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse

from training_app.backends.params import TrainingParams
from training_app.models import Backend, Method

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
ALL_LINEAR = (*ATTENTION, "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class Preset:
    """One source's settings. `params`: those that it says, and no others; `said_base` is the model that it names.

    `base_id` is the model of ours that it is for, of the same size; "" for any. `dated` is the source's own date.
    `remarks` say what of it is left out or known to be wrong; `assumed` are settings that it does not say and a recipe
    cannot do without; `reasons` (setting -> why) stand where we chose.
    """

    slug: str
    title: str
    source: str
    dated: str
    hardware: str
    said_base: str
    base_id: str
    method: Method
    backend: Backend
    params: Mapping[str, Any]
    remarks: tuple[str, ...] = ()
    assumed: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("show_preset", args=[self.slug])

    @property
    def is_ours(self) -> bool:
        return self.slug == OURS.slug

    @cached_property
    def settings(self) -> dict[str, Any]:
        """All settings, as a recipe keeps them."""
        return TrainingParams(**self.params, **self.assumed).model_dump(mode="json")

    @property
    def note(self) -> str:
        """Where a recipe made of it says that its settings come from."""
        return f"{self.source}, {self.dated}, on {self.hardware}"[:300]


OURS = Preset(
    slug="afsweb",
    title="Ours: the default",
    source="afsweb",
    dated="2026-11",
    hardware="any machine",
    said_base="any",
    base_id="",
    method=Method.LORA,
    backend=Backend.TRL,
    params={
        "rank": 16,
        "alpha": 32,
        "dropout": 0.0,
        "learning_rate": 2e-4,
        "scheduler": "cosine",
        "warmup_ratio": 0.1,
        "optimizer": "adamw_torch",
        "epochs": 3,
        "batch_size": 2,
        "gradient_accumulation": 4,
        "max_length": 2048,
        "save_every": 50,
        "eval_every": 50,
        "keep": "validation_loss",
    },
    remarks=("Where the launch page says that it does not fit, choose QLoRA: 7 billion parameters then take 9 GiB.",),
    reasons={
        "method": "Quickest, and nothing is rounded, where the weights fit; the launch page says where not.",
        "rank": "Enough for under 1,000 samples (lora-guide: 8 to 16); the launch page says when it is too small.",
        "alpha": "Two ranks: inside the one to two that all guides agree on, and what most of them use.",
        "dropout": "0 repeats a run exactly. Put 0.05 where validation loss rises while training loss falls.",
        "target_modules": "Every linear layer: a run that trained q and v alone scored 44 % (model-status, Veran v1).",
        "learning_rate": "What three of the four guides use; then try 1e-4 and 5e-4 (lora-guide).",
        "scheduler": "Falls to nothing at the end, so that the last steps do not wander.",
        "warmup_ratio": "A tenth of the run, whatever its length: 100 fixed steps are a third of 300.",
        "optimizer": "An adapter's state is small: 8 bits would save 0.2 GiB at 7 billion, and need bitsandbytes.",
        "epochs": "The middle of the rules: 5 to 10 under 1,000 samples, 1 to 3 above 10,000 (lora-guide).",
        "batch_size": "What 16 GB hold at 2,048 tokens; memory runs out by rows, not by steps.",
        "gradient_accumulation": "2 × 4 rows a step: 8 to 16 keep the gradient quiet.",
        "max_length": "Longer than nearly every answer of an assembly routine; the launch page shows the tail.",
        "keep": "The best by validation loss, not the last: small sets are overfitted before the end.",
        "eval_every": "Often enough to see the turn; each costs a pass over the validation rows.",
        "precision": "auto takes bf16 where the card has it, else fp16, and never half precision on a processor.",
        "packing": "Off: rows must be proven not to see each other first.",
        "chunked_loss": "On: the whole table of scores of a vocabulary of 152,000 is 2.3 GiB at 2 × 2,048 tokens.",
    },
)

HYBRID = Preset(
    slug="hybrid-training",
    title="Hybrid training guide",
    source="hybrid-training, “Training Configuration: Recommended Settings (16GB VRAM)”",
    dated="2025-12-21",
    hardware="RTX 5060 Ti 16 GB, Windows",
    said_base="unsloth/Qwen2.5-7B-bnb-4bit",
    base_id="Qwen/Qwen2.5-Coder-7B-Instruct",
    method=Method.QLORA,
    backend=Backend.UNSLOTH,
    params={
        "rank": 16,
        "alpha": 16,
        "dropout": 0.05,
        "target_modules": ALL_LINEAR,
        "max_length": 2048,
        "batch_size": 2,
        "gradient_accumulation": 4,
        "epochs": 3,
        "learning_rate": 2e-4,
        "warmup_steps": 100,
        "save_every": 500,
        "precision": "bf16",
        "optimizer": "adamw_8bit",
        "gradient_checkpointing": "on",
        "max_grad_norm": 1.0,
    },
    remarks=(
        "Its base is neither made for code nor trained to answer; ours is the instructed coder of the same size.",
        "It names Flash Attention 2; afsweb uses PyTorch's own attention, which needs nothing to be built.",
        "Its CUDA 11.2 cannot drive an RTX 5060 Ti: that card needs 12.8 or later.",
    ),
)

LORA_GUIDE = Preset(
    slug="lora-guide",
    title="LoRA training guide",
    source="lora-guide, “Recommended Settings (medical-mechanica)”",
    dated="undated",
    hardware="RTX 4070 Ti SUPER 16 GB",
    said_base="Qwen/Qwen2.5-Coder-14B-Instruct",
    base_id="Qwen/Qwen2.5-Coder-14B-Instruct",
    method=Method.LORA,
    backend=Backend.TRL,
    params={
        "rank": 64,
        "alpha": 128,
        "dropout": 0.05,
        "target_modules": ALL_LINEAR,
        "batch_size": 4,
        "gradient_accumulation": 4,
        "learning_rate": 2e-4,
        "epochs": 3,
        "warmup_steps": 100,
        "weight_decay": 0.01,
        "precision": "fp16",
        "gradient_checkpointing": "on",
    },
    remarks=(
        "Its script further down trains q, k, v and o only; these are the settings that it recommends.",
        "It loads the base in 16 bits and says that it fits 16 GB; its weights alone take 28. Its own way out "
        "is an 8-bit base.",
        "Its count of 4 million trained parameters is too low: rank 64 on all seven layers is 275 million.",
    ),
)

MODEL_STATUS = Preset(
    slug="model-status",
    title="Model status: Farore and Veran on a rented card",
    source="model-status, “Farore Cloud v1” and “Veran Cloud v1: LoRA Configuration”",
    dated="2026-01",
    hardware="RTX 4090 24 GB and RTX 5090 32 GB, Vast.ai",
    said_base="Qwen/Qwen2.5-Coder-7B-Instruct",
    base_id="Qwen/Qwen2.5-Coder-7B-Instruct",
    method=Method.QLORA,
    backend=Backend.TRL,
    params={
        "rank": 16,
        "alpha": 32,
        "dropout": 0.05,
        "target_modules": ("q_proj", "v_proj"),
    },
    assumed={"epochs": 3},
    remarks=(
        "It says nothing of epochs, batch or learning rate: 3 epochs stand here because a recipe needs a length.",
        "Veran v1 scored 44 % of 8 tests with them; a later run with a lower loss scored 13 % of 10.",
    ),
)

TRAINING_GUIDE = Preset(
    slug="training-guide",
    title="Training guide: Hugging Face Jobs",
    source="training-guide, “Working Script Template”",
    dated="undated",
    hardware="A100 80 GB, Hugging Face Jobs (a100-large)",
    said_base="google/gemma-3-12b-it",
    base_id="google/gemma-3-12b-it",
    method=Method.QLORA,
    backend=Backend.TRL,
    params={
        "rank": 64,
        "alpha": 128,
        "dropout": 0.05,
        "target_modules": ATTENTION,
        "epochs": 3,
        "batch_size": 1,
        "gradient_accumulation": 8,
        "learning_rate": 2e-4,
        "scheduler": "cosine",
        "warmup_ratio": 0.1,
        "max_length": 16_384,
        "precision": "bf16",
        "gradient_checkpointing": "on",
        "optimizer": "adamw_8bit",
        "save_every": 100,
    },
    remarks=(
        "Its base asks for an account that has accepted the licence.",
        "It sizes the card by the whole table of scores, 17 GB at 16,384 tokens; a chunked loss never holds it.",
    ),
)

PRESETS = (OURS, HYBRID, LORA_GUIDE, MODEL_STATUS, TRAINING_GUIDE)
BY_SLUG = {preset.slug: preset for preset in PRESETS}
