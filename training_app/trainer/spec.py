"""What one training is asked to do. The launcher writes it; the trainer reads nothing else but the folders it names."""

from __future__ import annotations

import math
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path

from training_app.trainer.checks import checked, flag, names, number, one_of, or_none, read_spec, text, whole, word
from training_app.trainer.errors import SpecError

METHODS = ("lora", "lora8", "qlora", "full")
BACKENDS = ("trl", "unsloth", "mlx")
SCHEDULERS = ("cosine", "linear", "constant", "constant_with_warmup")
OPTIMIZERS = ("adamw_torch", "adamw_8bit", "paged_adamw_8bit", "adafactor")
# What may differ between the attempts of one run: where it runs, how often it saves, not what it computes.
_NOT_IDENTITY = {"run_id", "work_dir", "base_dir", "snapshot_dir", "save_every", "keep_checkpoints", "threads"} | {
    "resume",
    "watch_stdin",
    "domain",
    "trackers",
    # What memory allows: the rows of a step and their gradient stay the same, up to rounding.
    "batch_size",
    "gradient_accumulation",
    "gradient_checkpointing",
    "chunked_loss",
    "may_shorten",
}


@dataclass(frozen=True, kw_only=True)
class TrainSpec:
    """One training run, resolved.

    Folders: `work_dir` is written (events.jsonl, checkpoints/, adapter/), `base_dir` holds weights as safetensors and
    the tokenizer, `snapshot_dir` holds train.jsonl and, if there is one, validation.jsonl. Lengths are in tokens,
    `save_every` and `eval_every` in optimizer steps (0: never evaluate). Either `max_steps` or `epochs` is given.
    `target_modules` empty means every linear layer but the output; `modules_to_save` are trained whole beside them.
    `backend` says which libraries train. Each of `devices` processes has a GPU of its own, and `batch_size` rows on it.
    With `leave_out_longer`, rows that `max_length` would cut are left out; without, they stop the start.
    `domain_samples` questions of the validation rows are answered at each planned checkpoint, and judged by the
    verifier of `domain` where one is named. `warmup_ratio`, a share of all steps, goes before `warmup_steps`.
    """

    run_id: str = checked(text)
    work_dir: str = checked(text)
    base_dir: str = checked(text)
    base_id: str = checked(text)
    snapshot_dir: str = checked(text)
    backend: str = checked(one_of(*BACKENDS), "trl")
    devices: int = checked(whole(1, 16), 1)
    method: str = checked(one_of(*METHODS), "lora")
    objective: str = checked(one_of("sft", "dpo"), "sft")
    beta: float = checked(number(1e-6, 10), 0.1)
    rank: int = checked(whole(1, 4096), 16)
    alpha: int = checked(whole(1, 8192), 32)
    dropout: float = checked(number(0, 0.9), 0.0)
    target_modules: tuple[str, ...] = checked(names, ())
    modules_to_save: tuple[str, ...] = checked(names, ())
    use_rslora: bool = checked(flag, False)
    use_dora: bool = checked(flag, False)
    learning_rate: float = checked(number(1e-8, 1), 2e-4)
    scheduler: str = checked(one_of(*SCHEDULERS), "cosine")
    warmup_steps: int = checked(whole(0, 10**6), 0)
    warmup_ratio: float | None = checked(or_none(number(0, 0.5)), None)
    optimizer: str = checked(one_of(*OPTIMIZERS), "adamw_torch")
    weight_decay: float = checked(number(0, 1), 0.0)
    max_grad_norm: float = checked(number(1e-6, 1000), 1.0)
    max_steps: int | None = checked(or_none(whole(1, 10**7)), None)
    epochs: float | None = checked(or_none(number(0.01, 1000)), None)
    batch_size: int = checked(whole(1, 4096), 8)
    gradient_accumulation: int = checked(whole(1, 4096), 1)
    max_length: int = checked(whole(8, 10**6), 1024)
    packing: bool = checked(flag, False)
    precision: str = checked(one_of("auto", "bf16", "fp16", "fp32"), "auto")
    gradient_checkpointing: str = checked(one_of("auto", "on", "off"), "auto")
    chunked_loss: bool = checked(flag, True)
    may_shorten: bool = checked(flag, False)
    leave_out_longer: bool = checked(flag, False)
    seed: int = checked(whole(0, 2**32 - 1), 0)
    save_every: int = checked(whole(1, 10**6), 100)
    eval_every: int = checked(whole(0, 10**6), 100)
    early_stopping: int = checked(whole(0, 1000), 0)
    keep: str = checked(one_of("last", "validation_loss", "domain"), "last")
    domain_samples: int = checked(whole(0, 1000), 0)
    domain: str = checked(word, "")
    keep_checkpoints: int = checked(whole(1, 1000), 2)
    threads: int = checked(whole(1, 256), 1)
    trackers: tuple[str, ...] = checked(names, ())
    resume: bool = checked(flag, False)
    watch_stdin: bool = checked(flag, False)

    @property
    def work(self) -> Path:
        return Path(self.work_dir)

    @property
    def base(self) -> Path:
        return Path(self.base_dir)

    @property
    def snapshot(self) -> Path:
        return Path(self.snapshot_dir)

    def identity(self) -> dict[str, object]:
        """The settings that decide the result: a checkpoint is only gone on with under equal ones."""
        return _deciding(asdict(self)) | {"rows_per_step": _rows_per_step(asdict(self))}


def identity_then(sealed: dict[str, object]) -> dict[str, object]:
    """What a checkpoint says that it was made with, as `identity` says it today: an older one lacks settings that
    there were not yet, and has others that do not decide anything."""
    then = {one.name: one.default for one in fields(TrainSpec) if one.default is not MISSING} | sealed
    return {"rows_per_step": _rows_per_step(then)} | _deciding(then)


def _rows_per_step(settings: dict[str, object]) -> int:
    return math.prod(int(str(settings[name])) for name in ("batch_size", "gradient_accumulation", "devices"))


def _deciding(settings: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in settings.items() if name not in _NOT_IDENTITY}


def load_spec(path: Path) -> TrainSpec:
    """The spec in the JSON file `path`. Raises `SpecError`."""
    spec = read_spec(TrainSpec, path)
    problem = _contradiction(spec)
    if problem:
        raise SpecError(path=path, problem=problem)
    for name, folder in (("base_dir", spec.base), ("snapshot_dir", spec.snapshot)):
        if not folder.is_dir():
            raise SpecError(path=path, problem=f"{name} is {folder}, which is no folder")
    return spec


def _contradiction(spec: TrainSpec) -> str | None:
    """Why the settings do not go together, or None."""
    if (spec.max_steps is None) == (spec.epochs is None):
        return "it must give either max_steps or epochs, not both and not neither"
    if spec.objective == "dpo" and spec.packing:
        return "packing is for objective sft: the two answers of a pair stand side by side"
    if spec.objective == "dpo" and not spec.chunked_loss:
        return "chunked_loss false is for objective sft: trl's preference loss is always chunked"
    if (spec.early_stopping or spec.keep == "validation_loss") and not spec.eval_every:
        return "early_stopping and keep validation_loss need eval_every above 0"
    if spec.keep == "domain" and not spec.domain_samples:
        return "keep domain needs domain_samples above 0"
    return None
