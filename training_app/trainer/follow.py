"""Follows the training loop: tells each step, seals each checkpoint, keeps the best, stops when asked to."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from training_app.trainer import ranks
from training_app.trainer.answering import Text, as_event
from training_app.trainer.arguments import warmup_steps
from training_app.trainer.checkpoints import ASIDE, CHECKPOINTS, prune, seal
from training_app.trainer.events import EventLog
from training_app.trainer.room import Room
from training_app.trainer.spec import TrainSpec
from training_app.trainer.standing import Standing
from training_app.trainer.watchdog import check_numbers, watch

FOLLOWED = ("on_train_begin", "on_step_begin", "on_step_end", "on_log", "on_evaluate", "on_save")


@dataclass
class Following:
    """What a follower works with. `ask` answers the validation questions; None where nothing is asked."""

    spec: TrainSpec
    identity: dict[str, object]
    events: EventLog
    stop: Callable[[], bool]
    room: Room
    standing: Standing = field(default_factory=Standing)
    ask: Callable[[], list[Text]] | None = None


class Follower:
    """The transformers Trainer calls these between steps.

    `seconds` spent in steps, evaluation and saving left out, give the tokens per second.
    """

    def __init__(self, following: Following) -> None:
        self._with = following
        self._spec, self._events, self._standing = following.spec, following.events, following.standing
        self._step_began = self._step_seconds = 0.0
        self._tokens = 0.0
        self.started: dict[str, object] = {}

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        self._events.write("started", max_steps=state.max_steps, **self.started)

    def on_step_begin(self, _args: Any, _state: Any, _control: Any, **_: Any) -> None:
        self._step_began = time.perf_counter()

    def on_step_end(self, _args: Any, _state: Any, control: Any, **_: Any) -> None:
        self._step_seconds = time.perf_counter() - self._step_began
        if ranks.any_says(self._with.stop()):
            control.should_save = control.should_training_stop = True
        if control.should_save:
            self._with.room.check()

    def on_log(self, args: Any, state: Any, _control: Any, logs: Mapping[str, float], **_: Any) -> None:
        step, loss = state.global_step, logs.get("loss", logs.get("eval_loss", 0.0))
        check_numbers(step, loss, logs.get("grad_norm"), scaled=args.fp16)
        if "eval_loss" in logs:
            accuracy = _finite(logs.get("eval_mean_token_accuracy"))
            self._events.write("eval", step=step, loss=loss, accuracy=accuracy)
        elif "loss" in logs:
            self._tell_step(step, logs)
            self._note(watch(self._standing, step, loss, warmup_steps(self._spec, state.max_steps)))

    def on_evaluate(self, _args: Any, state: Any, control: Any, metrics: Mapping[str, float], **_: Any) -> None:
        step = state.global_step
        if self._standing.take_validation(self._spec, step, metrics["eval_loss"]):
            # What is best is what the checkpoint of this very step holds.
            control.should_save = True
        if self._standing.ended and step < state.max_steps:
            control.should_save = control.should_training_stop = True
            self._note(f"Stopped early: {self._standing.without_better} validations without a lower loss.")
        if control.should_save:
            self._with.room.check()

    def on_save(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        step = state.global_step
        if self._with.ask and self._is_planned(step, state.max_steps):
            told = as_event(self._with.ask())
            self._events.write("texts", step=step, **told)
            self._standing.take_answers(self._spec, step, float(str(told["right"])))
        # Each process writes a file of its own into the folder.
        ranks.meet()
        if ranks.is_first():
            self._seal(step)
        ranks.meet()

    def _seal(self, step: int) -> None:
        work = self._spec.work
        aside = work / ASIDE / f"checkpoint-{step}"
        self._standing.write(aside)
        sealed = seal(aside, work, step, self._with.identity)
        self._with.room.weigh(sealed.size_bytes)
        self._events.write(
            "checkpoint",
            step=step,
            dir=f"{CHECKPOINTS}/{sealed.folder.name}",
            sha256=sealed.sha256,
            bytes=sealed.size_bytes,
            removed=prune(work, self._spec.keep_checkpoints, spare=self._standing.best_step),
        )
        self._events.sync()

    def _is_planned(self, step: int, last: int) -> bool:
        """Not for a checkpoint that a stop made: the undisturbed run would not have asked there."""
        return step % self._spec.save_every == 0 or step == last or self._standing.ended

    def _note(self, text: str) -> None:
        if text:
            self._events.write("note", text=text)

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
            **_preference(logs),
        )


def as_callback(follower: Follower) -> Any:
    """The follower as the Trainer takes it; events it does not follow are the library's own, which do nothing."""
    from transformers import TrainerCallback

    callback = TrainerCallback()
    for name in FOLLOWED:
        setattr(callback, name, getattr(follower, name))
    return callback


def _preference(logs: Mapping[str, float]) -> dict[str, float | None]:
    """Of DPO: by how much the chosen answers are preferred (beta × difference of log-ratios), and in what share."""
    names = {"reward_margin": "rewards/margins", "reward_accuracy": "rewards/accuracies"}
    return {name: _finite(logs[told]) for name, told in names.items() if told in logs}


def _finite(value: float | None) -> float | None:
    """JSON has no infinities: they are told as null."""
    return float(value) if value is not None and math.isfinite(value) else None
