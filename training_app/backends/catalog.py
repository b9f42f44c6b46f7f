"""The backends as the hub knows them: whose interpreter, which queue, which methods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from afsweb.doctor.trainer import CHECK, MLX, UNSLOTH
from training_app.models import Backend, Method


@dataclass(frozen=True)
class Trainer:
    """`setting` names the interpreter on the machine that trains; `check` is what its doctor calls that."""

    setting: str
    check: str
    queue: str
    methods: Collection[Method]

    @property
    def python(self) -> str:
        """The interpreter on this machine; empty where none is set up."""
        return str(getattr(settings, self.setting))


ADAPTERS = (Method.LORA, Method.LORA8, Method.QLORA)
TRAINERS = {
    Backend.TRL: Trainer("TRAINER_PYTHON", CHECK, "gpu", tuple(Method)),
    Backend.UNSLOTH: Trainer("UNSLOTH_PYTHON", UNSLOTH, "gpu", ADAPTERS),
    Backend.MLX: Trainer("MLX_PYTHON", MLX, "mlx", ADAPTERS),
}


def trainer_of(backend: str) -> Trainer:
    return TRAINERS[Backend(backend)]
