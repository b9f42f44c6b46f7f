"""Direct preference optimisation: of two answers the chosen one becomes likelier (Rafailov et al., 2023).

The reference is the base itself: the model without its adapter, or a second copy where the whole model is trained.
"""

from __future__ import annotations

from typing import Any

from training_app.trainer.arguments import arguments
from training_app.trainer.loading import adapter_config
from training_app.trainer.order import step_count
from training_app.trainer.pairs import PairData
from training_app.trainer.spec import TrainSpec


def build_dpo(spec: TrainSpec, data: PairData, model: Any, trackers: list[str]) -> Any:
    """trl's trainer over pairs whose tokens are decided already, ready to run."""
    from trl import DPOConfig

    evaluates = bool(data.validation and spec.eval_every)
    config = DPOConfig(
        **arguments(spec, step_count(spec, data.lines), evaluates=evaluates, trackers=trackers),
        beta=spec.beta,
        # trl turns dropout off unless told otherwise; a recipe that asks for it gets it.
        disable_dropout=not spec.dropout,
    )
    return _trainer_of_tokens()(
        model=model,
        args=config,
        train_dataset=data.train_set(spec),
        eval_dataset=data.validation_set(),
        processing_class=data.tokenizer,
        peft_config=adapter_config(spec),
    )


def _trainer_of_tokens() -> type[Any]:
    """trl's trainer, which (1.16) has no other way to take tokens than this."""
    from trl import DPOTrainer

    class OfTokens(DPOTrainer):  # type: ignore[misc]
        def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
            return dataset

    return OfTokens
