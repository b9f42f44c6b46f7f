"""A recipe's hyper-parameters: each with its unit, its bounds and the reason to choose it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Schedule = Literal["cosine", "linear", "constant", "constant_with_warmup"]


class LoraParams(BaseModel):
    """LoRA with trl and peft. The descriptions are what the form shows beside each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rank: Annotated[int, Field(ge=1, le=512, description="Width of the adapter. 16 to 64 for most tasks.")] = 16
    alpha: Annotated[int, Field(ge=1, le=1024, description="Scale of the adapter; one to two times the rank.")] = 32
    dropout: Annotated[float, Field(ge=0, le=0.9, description="0 repeats exactly; 0.05 against overfitting.")] = 0.0
    target_modules: Annotated[
        tuple[str, ...], Field(description="Layers that get an adapter, by name. Empty: every linear layer.")
    ] = ()
    modules_to_save: Annotated[
        tuple[str, ...], Field(description="Trained whole beside the adapter: embeddings of a model that has none yet.")
    ] = ()
    learning_rate: Annotated[float, Field(gt=0, le=1, description="Of the optimizer. 2e-4 is usual for LoRA.")] = 2e-4
    scheduler: Annotated[Schedule, Field(description="How the learning rate falls.")] = "cosine"
    warmup_steps: Annotated[int, Field(ge=0, le=100_000, description="Steps up to the full learning rate.")] = 10
    max_steps: Annotated[int | None, Field(ge=1, le=10_000_000, description="Optimizer steps; or give epochs.")] = None
    epochs: Annotated[float | None, Field(gt=0, le=1000, description="Times through the data; or give steps.")] = None
    batch_size: Annotated[int, Field(ge=1, le=4096, description="Rows at once; memory decides.")] = 2
    gradient_accumulation: Annotated[
        int, Field(ge=1, le=4096, description="Batches per step: batch size times this is the effective batch.")
    ] = 4
    max_length: Annotated[
        int,
        Field(ge=8, le=1_000_000, description="Tokens per row. A longer row stops the start: it would lose its end."),
    ] = 1024
    save_every: Annotated[int, Field(ge=1, le=1_000_000, description="Steps between sealed checkpoints.")] = 100
    eval_every: Annotated[int, Field(ge=0, le=1_000_000, description="Steps between validations; 0 for never.")] = 100

    @model_validator(mode="after")
    def _steps_or_epochs(self) -> LoraParams:
        if (self.max_steps is None) == (self.epochs is None):
            raise ValueError("Give either steps or epochs: one says how long to train.")
        return self


def problems(error: ValidationError) -> dict[str, str]:
    """Field -> what is wrong with it, in words for people; "" for what concerns several fields."""
    return {
        str(one["loc"][0]) if one["loc"] else "": one["msg"].removeprefix("Value error, ") for one in error.errors()
    }
