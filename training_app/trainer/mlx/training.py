"""One LoRA training with MLX, from spec to adapter."""

from __future__ import annotations

import platform
import time
from types import SimpleNamespace
from typing import Any

from training_app.trainer import environment
from training_app.trainer.checkpoints import Sealed, clear_aside
from training_app.trainer.data import Data, load_data
from training_app.trainer.ending import end
from training_app.trainer.events import EventLog
from training_app.trainer.files import folder_sha256
from training_app.trainer.follow import Follower, Following
from training_app.trainer.mlx.adapter import PeftFolder
from training_app.trainer.mlx.loop import Loop
from training_app.trainer.mlx.model import load_base
from training_app.trainer.resuming import newest_checkpoint, refuse_other_run
from training_app.trainer.room import BYTES_EACH, Room
from training_app.trainer.spec import TrainSpec
from training_app.trainer.standing import Standing, read_standing
from training_app.trainer.stop import StopSignal


def train(spec: TrainSpec, events: EventLog) -> None:
    """Train until the last step or until asked to stop; the last event is `finished` or `stopped`.

    Raises a `TrainerError` for what a person can put right.
    """
    began = time.monotonic()
    stop = StopSignal(spec.work, watch_stdin=spec.watch_stdin)
    clear_aside(spec.work)
    sealed = newest_checkpoint(spec, events)
    environment.prepare(spec.threads)
    data = load_data(spec)
    assert isinstance(data, Data), "limits.py refuses pairs"
    hashes = {"base_sha256": folder_sha256(spec.base), **data.hashes}
    identity = {**spec.identity(), **hashes}
    refuse_other_run(sealed, identity)
    if stop.asked():
        events.write("stopped", step=sealed.step if sealed else 0, seconds=_since(began))
        return
    model = load_base(spec)
    following = Following(spec, identity, events, stop.asked, _room(spec, model, sealed))
    following.standing = read_standing(sealed.folder) if sealed else Standing()
    follower = Follower(following)
    follower.started = {**_describe(model, data), **hashes, "resumed_from": sealed.step if sealed else None}
    _checkpoint_gradients(spec, model)
    loop = Loop(spec, data, model, follower)
    loop.run(sealed)
    end(SimpleNamespace(model=PeftFolder(model, spec), state=loop.state), following, sealed, _since(began))


def _room(spec: TrainSpec, model: Any, sealed: Sealed | None) -> Room:
    """Checked once before the first step. Raises `NoRoom`."""
    room = Room(spec.work, sealed.size_bytes if sealed else BYTES_EACH * _trained(model))
    room.check()
    return room


def _trained(model: Any) -> int:
    from mlx.utils import tree_flatten

    return sum(value.size for _, value in tree_flatten(model.trainable_parameters()))


def _checkpoint_gradients(spec: TrainSpec, model: Any) -> None:
    """Hold one layer's activations instead of all: `auto` on a GPU, where memory is short."""
    import mlx.core as mx
    from mlx_lm.tuner.trainer import grad_checkpoint

    if spec.gradient_checkpointing == "on" or (spec.gradient_checkpointing == "auto" and mx.metal.is_available()):
        grad_checkpoint(model.layers[0])


def _describe(model: Any, data: Data) -> dict[str, object]:
    import mlx.core as mx
    from mlx.utils import tree_flatten

    return {
        "versions": environment.versions("mlx"),
        "device": f"{'Apple GPU' if mx.metal.is_available() else 'cpu'} {platform.machine()}",
        "trainable_parameters": _trained(model),
        "total_parameters": sum(value.size for _, value in tree_flatten(model.parameters())),
        **data.counts(),
    }


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
