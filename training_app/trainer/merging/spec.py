"""The merge spec: a JSON object read into a dataclass that cannot be half right."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from training_app.trainer.checks import checked, flag, names, or_none, read_spec, text, whole
from training_app.trainer.errors import SpecError

LARGEST_WEIGHT = 10.0


def _weights(value: object) -> str | None:
    good = isinstance(value, list | tuple) and all(map(_is_weight, value))
    return None if good else f"a list of numbers from -{LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}, none of them 0"


def _is_weight(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and 0 < abs(value) <= LARGEST_WEIGHT


@dataclass(frozen=True, kw_only=True)
class MergeSpec:
    """What is merged. Paths are folders on this host; `names` is what people call each adapter, in the same order.

    `into_base`: the one adapter goes into the base's weights, and up to `prompts` rows of `prompts_file` (JSONL in the
    chat form) say whether both answer alike. Else the sum of the adapters times `weights` becomes one adapter: exact,
    or the nearest of rank `rank`. `work_dir`/merged is written, and `work_dir`/progress.jsonl as it goes.
    """

    work_dir: str = checked(text)
    base_dir: str = checked(text)
    base_id: str = checked(text)
    adapter_dirs: tuple[str, ...] = checked(names)
    names: tuple[str, ...] = checked(names)
    weights: tuple[float, ...] = checked(_weights)
    into_base: bool = checked(flag, False)
    rank: int | None = checked(or_none(whole(1, 4096)), None)
    prompts_file: str | None = checked(or_none(text), None)
    prompts: int = checked(whole(1, 64), 8)
    threads: int = checked(whole(1, 256), 1)

    @property
    def work(self) -> Path:
        return Path(self.work_dir)

    @property
    def base(self) -> Path:
        return Path(self.base_dir)

    @property
    def out(self) -> Path:
        return self.work / "merged"


def load_merge_spec(path: Path) -> MergeSpec:
    """The spec in the JSON file `path`. Raises `SpecError`."""
    spec = read_spec(MergeSpec, path)
    count = len(spec.adapter_dirs)
    if count == 0 or len(spec.names) != count or len(spec.weights) != count:
        raise SpecError(path=path, problem="adapter_dirs, names and weights must be as many, one at least")
    if spec.into_base and (count != 1 or spec.rank):
        raise SpecError(path=path, problem="into_base takes one adapter and no rank")
    for folder in (spec.base_dir, *spec.adapter_dirs):
        if not Path(folder).is_dir():
            raise SpecError(path=path, problem=f"{folder} is no folder")
    return spec
