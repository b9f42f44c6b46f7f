"""Supervised fine-tuning: trl's trainer over rows whose tokens and labels are decided already."""

from __future__ import annotations

from typing import Any

from training_app.trainer.arguments import arguments
from training_app.trainer.data import Data
from training_app.trainer.loading import adapter_config
from training_app.trainer.order import step_count
from training_app.trainer.packing import prove_apart
from training_app.trainer.spec import TrainSpec
from training_app.trainer.tokens import IGNORED


def build_sft(spec: TrainSpec, data: Data, model: Any, trackers: list[str]) -> Any:
    """trl's trainer, ready to run. Raises `RowsSeeEachOther` where packing does not keep rows apart."""
    from trl import SFTConfig, SFTTrainer

    evaluates = bool(data.validation and spec.eval_every)
    config = SFTConfig(
        **arguments(spec, step_count(spec, data.lines), evaluates=evaluates, trackers=trackers),
        padding_free=spec.packing,
        dataset_kwargs={"skip_prepare_dataset": True},
    )
    trainer = (SFTTrainer if spec.chunked_loss else _whole_logits())(
        model=model,
        args=config,
        train_dataset=data.train_set(spec),
        eval_dataset=data.validation_set(),
        processing_class=data.tokenizer,
        # unsloth's model has its own fast adapters already.
        peft_config=None if hasattr(model, "peft_config") else adapter_config(spec),
    )
    if spec.packing:
        prove_apart(trainer, [[data.train[row] for row in line] for line in data.packed])
    return trainer


def _whole_logits() -> type[Any]:
    """trl's trainer with the loss from one whole table of scores, as it was before trl 1.14: more memory, no tiles."""
    import torch
    from trl import SFTTrainer

    class WholeLogits(SFTTrainer):  # type: ignore[misc]
        def compute_loss(
            self, model: Any, inputs: dict[str, Any], *_: Any, num_items_in_batch: Any = None, **__: Any
        ) -> Any:
            labels = inputs.pop("labels")[:, 1:]
            scores = model(**inputs, use_cache=False).logits[:, :-1].float()
            counted = labels != IGNORED
            total = torch.nn.functional.cross_entropy(
                scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum"
            )
            said = self._metrics["train" if self.model.training else "eval"]
            right = (scores.argmax(-1) == labels)[counted]
            said["mean_token_accuracy"].append(right.float().mean().item())
            if self.model.training:
                self._total_train_tokens += inputs["input_ids"].numel()
            said["num_tokens"] = [self._total_train_tokens]
            return total / (num_items_in_batch if num_items_in_batch is not None else counted.sum())

    return WholeLogits
