"""What one training is asked to do. The launcher writes it; the trainer reads nothing else but the folders it names."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from training_app.trainer.checks import checked, flag, names, number, one_of, or_none, read_spec, text, whole
from training_app.trainer.errors import SpecError

SCHEDULERS = ("cosine", "linear", "constant", "constant_with_warmup")
# What may differ between the attempts of one run: where it runs, how often it saves, not what it computes.
_NOT_IDENTITY = {"run_id", "work_dir", "base_dir", "snapshot_dir", "save_every", "keep_checkpoints", "threads"} | {
    "resume",
    "watch_stdin",
}


@dataclass(frozen=True, kw_only=True)
class TrainSpec:
    """One training run, resolved.

    Folders: `work_dir` is written (events.jsonl, checkpoints/, adapter/), `base_dir` holds weights as safetensors and
    the tokenizer, `snapshot_dir` holds train.jsonl and, if there is one, validation.jsonl. Lengths are in tokens,
    `save_every` and `eval_every` in optimizer steps (0: never evaluate). Either `max_steps` or `epochs` is given.
    `target_modules` empty means every linear layer but the output; `modules_to_save` are trained whole beside them.
    """

    run_id: str = checked(text)
    work_dir: str = checked(text)
    base_dir: str = checked(text)
    base_id: str = checked(text)
    snapshot_dir: str = checked(text)
    method: str = checked(one_of("lora"), "lora")
    rank: int = checked(whole(1, 4096), 16)
    alpha: int = checked(whole(1, 8192), 32)
    dropout: float = checked(number(0, 0.9), 0.0)
    target_modules: tuple[str, ...] = checked(names, ())
    modules_to_save: tuple[str, ...] = checked(names, ())
    learning_rate: float = checked(number(1e-8, 1), 2e-4)
    scheduler: str = checked(one_of(*SCHEDULERS), "cosine")
    warmup_steps: int = checked(whole(0, 10**6), 0)
    max_steps: int | None = checked(or_none(whole(1, 10**7)), None)
    epochs: float | None = checked(or_none(number(0.01, 1000)), None)
    batch_size: int = checked(whole(1, 4096), 8)
    gradient_accumulation: int = checked(whole(1, 4096), 1)
    max_length: int = checked(whole(8, 10**6), 1024)
    seed: int = checked(whole(0, 2**32 - 1), 0)
    save_every: int = checked(whole(1, 10**6), 100)
    eval_every: int = checked(whole(0, 10**6), 100)
    keep_checkpoints: int = checked(whole(1, 1000), 2)
    threads: int = checked(whole(1, 256), 1)
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
        return {name: value for name, value in asdict(self).items() if name not in _NOT_IDENTITY}


def load_spec(path: Path) -> TrainSpec:
    """The spec in the JSON file `path`. Raises `SpecError`."""
    spec = read_spec(TrainSpec, path)
    if (spec.max_steps is None) == (spec.epochs is None):
        raise SpecError(path=path, problem="it must give either max_steps or epochs, not both and not neither")
    for name, folder in (("base_dir", spec.base), ("snapshot_dir", spec.snapshot)):
        if not folder.is_dir():
            raise SpecError(path=path, problem=f"{name} is {folder}, which is no folder")
    return spec
