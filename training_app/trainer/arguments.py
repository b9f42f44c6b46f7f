"""What the transformers Trainer is told, whatever the objective: optimizer, precision, when to log, judge and save."""

from __future__ import annotations

import math
from typing import Any

from training_app.trainer import environment
from training_app.trainer.checkpoints import ASIDE
from training_app.trainer.errors import OptimizerNotHere
from training_app.trainer.spec import TrainSpec
from training_app.trainer.trackers import PROJECT

# The fused form is the same algorithm, in one kernel.
OPTIMIZERS = {"adamw_torch": "adamw_torch_fused"}


def arguments(spec: TrainSpec, max_steps: int, *, evaluates: bool, trackers: list[str]) -> dict[str, Any]:
    """The settings that trl's SFTConfig and DPOConfig share. Raises `OptimizerNotHere` and what `environment` does."""
    device = environment.device()
    precision = environment.precision(spec.precision)
    return {
        "output_dir": str(spec.work / ASIDE),
        "max_steps": max_steps,
        "per_device_train_batch_size": spec.batch_size,
        "per_device_eval_batch_size": spec.batch_size,
        "gradient_accumulation_steps": spec.gradient_accumulation,
        "learning_rate": spec.learning_rate,
        "lr_scheduler_type": spec.scheduler,
        "warmup_steps": warmup_steps(spec, max_steps),
        "optim": _optimizer(spec),
        "weight_decay": spec.weight_decay,
        "max_grad_norm": spec.max_grad_norm,
        "seed": spec.seed,
        "train_sampling_strategy": "sequential",
        "logging_steps": 1,
        # Otherwise the library shows the last good loss where the true one is no number.
        "logging_nan_inf_filter": False,
        "save_strategy": "steps",
        "save_steps": spec.save_every,
        "eval_strategy": "steps" if evaluates else "no",
        "eval_steps": spec.eval_every if evaluates else None,
        "prediction_loss_only": True,
        "use_cpu": device == "cpu",
        "bf16": precision == "bf16",
        "fp16": precision == "fp16",
        "dataloader_pin_memory": device == "cuda",
        # It trades time for memory; on the CPU there is usually enough of it.
        "gradient_checkpointing": {"on": True, "off": False}.get(spec.gradient_checkpointing, device != "cpu"),
        # The rows come as checked tokens: trl must neither cut nor mask them again.
        "max_length": None,
        # Each trained weight has its part in every loss: looking for those without costs time in every step.
        "ddp_find_unused_parameters": False if spec.devices > 1 else None,
        "report_to": trackers or "none",
        "project": PROJECT,
        "run_name": spec.run_id,
        "disable_tqdm": True,
    }


def warmup_steps(spec: TrainSpec, max_steps: int) -> int:
    """Steps up to the full learning rate: the share of all steps where there is one, rounded up."""
    return spec.warmup_steps if spec.warmup_ratio is None else math.ceil(spec.warmup_ratio * max_steps)


def _optimizer(spec: TrainSpec) -> str:
    if spec.optimizer.endswith("8bit"):
        environment.require_bitsandbytes(f"The optimizer {spec.optimizer}")
    if spec.optimizer.startswith("paged") and environment.device() == "cpu":
        raise OptimizerNotHere(optimizer=spec.optimizer, device=environment.device_name())
    return OPTIMIZERS.get(spec.optimizer, spec.optimizer)
