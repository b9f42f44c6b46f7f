"""A recipe's hyper-parameters: each with its unit, its bounds and the reason to choose it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Schedule = Literal["cosine", "linear", "constant", "constant_with_warmup"]
Objective = Literal["sft", "dpo"]
Optimizer = Literal["adamw_torch", "adamw_8bit", "paged_adamw_8bit", "adafactor"]
Precision = Literal["auto", "bf16", "fp16", "fp32"]
Switch = Literal["auto", "on", "off"]
Keep = Literal["last", "validation_loss", "domain"]


class TrainingParams(BaseModel):
    """What a recipe sets beside its base model, method and backend. The descriptions are shown beside each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    objective: Annotated[
        Objective, Field(description="sft learns the answers; dpo prefers the chosen answer of a pair to the rejected.")
    ] = "sft"
    beta: Annotated[
        float, Field(gt=0, le=10, description="Of DPO: the higher, the nearer to the base. 0.1 is usual.")
    ] = 0.1
    rank: Annotated[int, Field(ge=1, le=512, description="Width of the adapter. 16 to 64 for most tasks.")] = 16
    alpha: Annotated[int, Field(ge=1, le=1024, description="Scale of the adapter; one to two times the rank.")] = 32
    dropout: Annotated[float, Field(ge=0, le=0.9, description="0 repeats exactly; 0.05 against overfitting.")] = 0.0
    target_modules: Annotated[
        tuple[str, ...], Field(description="Layers that get an adapter, by name. Empty: every linear layer.")
    ] = ()
    modules_to_save: Annotated[
        tuple[str, ...], Field(description="Trained whole beside the adapter: embeddings of a model that has none yet.")
    ] = ()
    use_rslora: Annotated[
        bool, Field(title="rsLoRA", description="Scale by alpha / √rank: for ranks of 64 and more.")
    ] = False
    use_dora: Annotated[
        bool, Field(title="DoRA", description="Learn each column's length apart: slower, better at low ranks.")
    ] = False
    learning_rate: Annotated[float, Field(gt=0, le=1, description="Of the optimizer. 2e-4 is usual for LoRA.")] = 2e-4
    scheduler: Annotated[Schedule, Field(description="How the learning rate falls.")] = "cosine"
    warmup_steps: Annotated[int, Field(ge=0, le=100_000, description="Steps up to the full learning rate.")] = 10
    warmup_ratio: Annotated[
        float | None, Field(ge=0, le=0.5, description="The same as a share of all steps; it goes before the steps.")
    ] = None
    optimizer: Annotated[
        Optimizer, Field(description="adamw_8bit keeps its state in a quarter of the memory; it needs bitsandbytes.")
    ] = "adamw_torch"
    weight_decay: Annotated[float, Field(ge=0, le=1, description="Pulls weights to zero; 0 to 0.01 for adapters.")] = (
        0.0
    )
    max_grad_norm: Annotated[float, Field(gt=0, le=1000, description="A longer gradient is cut to this length.")] = 1.0
    max_steps: Annotated[int | None, Field(ge=1, le=10_000_000, description="Optimizer steps; or give epochs.")] = None
    epochs: Annotated[float | None, Field(gt=0, le=1000, description="Times through the data; or give steps.")] = None
    batch_size: Annotated[int, Field(ge=1, le=4096, description="Rows at once; memory decides.")] = 2
    gradient_accumulation: Annotated[
        int, Field(ge=1, le=4096, description="Batches per step: batch size times this is the effective batch.")
    ] = 4
    devices: Annotated[
        int, Field(ge=1, le=16, description="Cards at once, each with batches of its own: the effective batch grows.")
    ] = 1
    max_length: Annotated[
        int,
        Field(ge=8, le=1_000_000, description="Tokens per row. A longer row stops the start: it would lose its end."),
    ] = 1024
    packing: Annotated[
        bool,
        Field(description="Several rows in one line of a batch; only where they are proven not to see each other."),
    ] = False
    precision: Annotated[
        Precision, Field(description="auto: bf16 where the card has it, else fp16; fp32 on a CPU.")
    ] = "auto"
    gradient_checkpointing: Annotated[
        Switch, Field(description="Computes activations twice to hold them once. auto: on a GPU.")
    ] = "auto"
    chunked_loss: Annotated[
        bool, Field(description="Never hold the whole table of scores (vocabulary × tokens × 4 bytes).")
    ] = True
    may_shorten: Annotated[
        bool,
        Field(description="When nothing else frees memory: train on shorter rows, leaving out the longer ones."),
    ] = False
    save_every: Annotated[int, Field(ge=1, le=1_000_000, description="Steps between sealed checkpoints.")] = 100
    eval_every: Annotated[int, Field(ge=0, le=1_000_000, description="Steps between validations; 0 for never.")] = 100
    early_stopping: Annotated[
        int, Field(ge=0, le=1000, description="Stop after so many validations without a better one; 0 for never.")
    ] = 0
    keep: Annotated[
        Keep,
        Field(description="Which state becomes the version: the last, or the best by validation loss or by answers."),
    ] = "last"
    domain_samples: Annotated[
        int, Field(ge=0, le=1000, description="Validation questions answered at each checkpoint; 0 for none.")
    ] = 0

    trackers: Annotated[
        tuple[str, ...],
        Field(description="Told besides TensorBoard's files: trackio, or another installed beside the trainer."),
    ] = ()

    @property
    def rows_per_step(self) -> int:
        """The effective batch."""
        return self.batch_size * self.gradient_accumulation * self.devices

    @model_validator(mode="after")
    def _steps_or_epochs(self) -> TrainingParams:
        if (self.max_steps is None) == (self.epochs is None):
            raise ValueError("Give either steps or epochs: one says how long to train.")
        return self

    @model_validator(mode="after")
    def _what_is_watched_is_measured(self) -> TrainingParams:
        if (self.early_stopping or self.keep == "validation_loss") and not self.eval_every:
            raise ValueError("Stopping early and keeping the best need validations: set eval_every above 0.")
        if self.keep == "domain" and not self.domain_samples:
            raise ValueError("Keeping the best by answers needs questions: set domain_samples above 0.")
        return self

    @model_validator(mode="after")
    def _pairs_are_trained_one_way(self) -> TrainingParams:
        if self.objective == "dpo" and (self.packing or not self.chunked_loss):
            raise ValueError("Pairs are neither packed nor scored in one table: packing off, chunked_loss on.")
        return self


def problems(error: ValidationError) -> dict[str, str]:
    """Field -> what is wrong with it, in words for people; "" for what concerns several fields."""
    return {
        str(one["loc"][0]) if one["loc"] else "": one["msg"].removeprefix("Value error, ") for one in error.errors()
    }
