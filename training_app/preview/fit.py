"""Which hosts a training fits on: what it takes of memory against what is free there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afsweb.core.models import Host
from training_app.backends.params import TrainingParams
from training_app.models import Method, Recipe
from training_app.preview.memory import GIB, Load, Memory, estimate
from training_app.preview.shape import Shape, read_shape
from training_app.trainer.plain import read_json

MIB = 1024**2
# In which the base's linear layers are held.
BITS: dict[str, int] = {Method.QLORA: 4, Method.LORA8: 8}
# On paper the estimate is within this of published figures (docs/training.md): what is nearer to the edge may fail.
MARGIN = 0.10


@dataclass(frozen=True)
class Fit:
    """One card of one host. `free` and `needed` in bytes; without a card the training takes the host's own memory."""

    host: Host
    device: str
    free: int | None
    needed: float

    @property
    def verdict(self) -> str:
        """fits, tight (within MARGIN of what is free), does not fit, or unknown."""
        if self.free is None:
            return "unknown"
        if self.needed > self.free:
            return "does not fit"
        return "tight" if self.needed * (1 + MARGIN) > self.free else "fits"

    @property
    def tone(self) -> str:
        return {"fits": "ok", "tight": "warn", "does not fit": "bad"}.get(self.verdict, "")


def shape_of(base_dir: Path) -> Shape:
    """The shape of the base in that folder. Raises ShapeUnknown, and the trainer's BaseUnreadable."""
    return read_shape(read_json(base_dir, "config.json"))


def memory_of(recipe: Recipe, shape: Shape, length: int) -> Memory:
    """What one step of the recipe takes at rows of `length` tokens, the longest that a batch may hold."""
    params = TrainingParams(**recipe.params)
    whole = shape.embedding_parameters if params.modules_to_save else 0
    return estimate(
        shape,
        Load(
            batch_size=params.batch_size,
            length=min(length, params.max_length),
            rank=params.rank,
            target_modules=params.target_modules,
            bits=BITS.get(recipe.method, 16),
            optimizer=params.optimizer,
            checkpointing=params.gradient_checkpointing != "off",
            chunked_loss=params.chunked_loss,
            trains_all=recipe.method == Method.FULL,
            trained_whole=whole,
        ),
    )


def fits(memory: Memory, hosts: Iterable[Host]) -> list[Fit]:
    """Each card of each host that takes trainings, the roomiest first; a host without a card by its own memory."""
    found = [Fit(host, name, free, memory.total) for host in hosts for name, free in _devices(host)]
    return sorted(found, key=lambda fit: -(fit.free or 0))


def _devices(host: Host) -> list[tuple[str, int | None]]:
    return [(gpu["name"], _bytes(gpu)) for gpu in host.gpus] or [("CPU", None)]


def _bytes(gpu: dict[str, Any]) -> int | None:
    free = gpu.get("memory_free")
    return int(free) * MIB if free is not None else None


def in_gib(size: float) -> str:
    """Bytes as 5.2 GiB, or 12 MiB of what is small."""
    return f"{size / GIB:.1f} GiB" if size >= GIB / 10 else f"{size / MIB:.0f} MiB"
