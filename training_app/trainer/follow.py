"""Follows the training loop: tells each step, seals each checkpoint, stops when asked to."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from training_app.trainer.checkpoints import ASIDE, CHECKPOINTS, prune, seal
from training_app.trainer.errors import LossNotANumber
from training_app.trainer.events import EventLog
from training_app.trainer.spec import TrainSpec

FOLLOWED = ("on_train_begin", "on_step_begin", "on_step_end", "on_log", "on_save")


class Follower:
    """The transformers Trainer calls these between steps.

    `seconds` spent in steps, evaluation and saving left out, give the tokens per second.
    """

    def __init__(
        self, spec: TrainSpec, identity: dict[str, object], events: EventLog, stop: Callable[[], bool]
    ) -> None:
        self._spec = spec
        self._identity = identity
        self._events = events
        self._stop = stop
        self._step_began = self._step_seconds = 0.0
        self._tokens = 0.0
        self.started: dict[str, object] = {}

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        self._events.write("started", max_steps=state.max_steps, **self.started)

    def on_step_begin(self, _args: Any, _state: Any, _control: Any, **_: Any) -> None:
        self._step_began = time.perf_counter()

    def on_step_end(self, _args: Any, _state: Any, control: Any, **_: Any) -> None:
        self._step_seconds = time.perf_counter() - self._step_began
        if self._stop():
            control.should_save = control.should_training_stop = True

    def on_log(self, _args: Any, state: Any, _control: Any, logs: Mapping[str, float], **_: Any) -> None:
        loss = logs.get("loss", logs.get("eval_loss", 0.0))
        if not math.isfinite(loss):
            raise LossNotANumber(step=state.global_step)
        if "eval_loss" in logs:
            accuracy = _finite(logs.get("eval_mean_token_accuracy"))
            self._events.write("eval", step=state.global_step, loss=loss, accuracy=accuracy)
        elif "loss" in logs:
            self._tell_step(state.global_step, logs)

    def on_save(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        step, work = state.global_step, self._spec.work
        sealed = seal(work / ASIDE / f"checkpoint-{step}", work, step, self._identity)
        self._events.write(
            "checkpoint",
            step=step,
            dir=f"{CHECKPOINTS}/{sealed.folder.name}",
            sha256=sealed.sha256,
            bytes=sealed.size_bytes,
            removed=prune(work, self._spec.keep_checkpoints),
        )
        self._events.sync()

    def _tell_step(self, step: int, logs: Mapping[str, float]) -> None:
        tokens, self._tokens = logs.get("num_tokens", 0) - self._tokens, logs.get("num_tokens", 0)
        self._events.write(
            "log",
            step=step,
            loss=logs["loss"],
            learning_rate=_finite(logs.get("learning_rate")),
            grad_norm=_finite(logs.get("grad_norm")),
            mean_token_accuracy=_finite(logs.get("mean_token_accuracy")),
            tokens_per_s=_finite(tokens / self._step_seconds) if self._step_seconds else None,
        )


def as_callback(follower: Follower) -> Any:
    """The follower as the Trainer takes it; events it does not follow are the library's own, which do nothing."""
    from transformers import TrainerCallback

    callback = TrainerCallback()
    for name in FOLLOWED:
        setattr(callback, name, getattr(follower, name))
    return callback


def _finite(value: float | None) -> float | None:
    """JSON has no infinities: they are told as null."""
    return float(value) if value is not None and math.isfinite(value) else None
