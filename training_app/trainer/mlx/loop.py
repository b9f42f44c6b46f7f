"""The training loop over mlx-lm's model: our order of rows, our tokens and masks, and one gradient a step."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from training_app.trainer.checkpoints import ASIDE, Sealed
from training_app.trainer.data import Data
from training_app.trainer.follow import Follower
from training_app.trainer.mlx.loss import counted_tokens, summed_loss, to_arrays
from training_app.trainer.mlx.state import read_state, write_state
from training_app.trainer.order import rows_per_step, step_count
from training_app.trainer.schedule import learning_rate
from training_app.trainer.spec import TrainSpec
from training_app.trainer.tokens import Tokens


class Loop:
    """Calls the follower as the transformers Trainer does: `args`, `state` and `control` have what it reads of them."""

    def __init__(self, spec: TrainSpec, data: Data, model: Any, follower: Follower) -> None:
        self.spec, self.data, self.model, self.follower = spec, data, model, follower
        self.optimizer = _make_optimizer(spec)
        self.order = data.order(spec)
        # No scale of its own hides a gradient that is not finite, in fp16 neither.
        self.args = SimpleNamespace(fp16=False)
        self.state = SimpleNamespace(global_step=0, max_steps=step_count(spec, data.lines))
        self.control = SimpleNamespace(should_save=False, should_training_stop=False)
        self.tokens = 0

    def run(self, sealed: Sealed | None) -> None:
        """Train to the last step, from the checkpoint if there is one, or until the follower stops it."""
        if sealed:
            read_state(sealed.folder, self.model, self.optimizer)
            self.state.global_step = sealed.step
        self.follower.on_train_begin(self.args, self.state, self.control)
        self.control.should_training_stop = self.state.global_step >= self.state.max_steps
        while not self.control.should_training_stop:
            self._step()

    def _step(self) -> None:
        self.control.should_save = False
        self.follower.on_step_begin(self.args, self.state, self.control)
        logs = self._learn(self._rows())
        self.state.global_step += 1
        step, is_last = self.state.global_step, self.state.global_step == self.state.max_steps
        self.control.should_training_stop = is_last
        self.follower.on_step_end(self.args, self.state, self.control)
        self.follower.on_log(self.args, self.state, self.control, logs=logs)
        every = self.spec.eval_every
        if self.data.validation and every and (step % every == 0 or is_last):
            self.follower.on_log(self.args, self.state, self.control, logs=self._evaluate())
        if self.control.should_save or step % self.spec.save_every == 0 or is_last:
            write_state(self.spec.work / ASIDE / f"checkpoint-{step}", self.model, self.optimizer)
            self.follower.on_save(self.args, self.state, self.control)

    def _rows(self) -> list[Tokens]:
        size = rows_per_step(self.spec)
        begin = self.state.global_step * size
        return [self.data.train[number] for number in self.order[begin : begin + size]]

    def _learn(self, rows: Sequence[Tokens]) -> dict[str, float]:
        """One change of the weights: the loss is averaged over the tokens of the whole step, as trl does."""
        import mlx.core as mx
        import mlx.optimizers as optim

        # Drawn from the step, the dropout of a run that goes on is that of one that never stopped.
        mx.random.seed((self.spec.seed << 24) + self.state.global_step)
        self.model.train()
        count = counted_tokens(rows)
        loss, right, gradients = self._accumulate(rows, count)
        gradients, norm = optim.clip_grad_norm(gradients, self.spec.max_grad_norm)
        rate = learning_rate(self.spec, self.state.global_step, self.state.max_steps)
        self.optimizer.learning_rate = rate
        self.optimizer.update(self.model, gradients)
        mx.eval(self.model.trainable_parameters(), self.optimizer.state, norm)
        self.tokens += sum(len(row.ids) for row in rows)
        return {
            "loss": loss,
            "learning_rate": rate,
            "grad_norm": norm.item(),
            "mean_token_accuracy": right / count,
            "num_tokens": self.tokens,
        }

    def _accumulate(self, rows: Sequence[Tokens], count: int) -> tuple[float, int, Any]:
        """Loss a counted token, tokens right, gradients; batch by batch."""
        import mlx.core as mx
        import mlx.nn as nn
        from mlx.utils import tree_map

        measure = nn.value_and_grad(self.model, summed_loss)
        loss, right, gradients = 0.0, 0, None
        for batch in self._batches(rows):
            (part, hits), more = measure(self.model, *batch)
            more = tree_map(lambda one: one / count, more)
            gradients = more if gradients is None else tree_map(mx.add, gradients, more)
            mx.eval(part, hits, gradients)
            loss, right = loss + part.item() / count, right + hits.item()
        return loss, right, gradients

    def _batches(self, rows: Sequence[Tokens]) -> list[tuple[Any, Any]]:
        size, pad = self.spec.batch_size, self.data.tokenizer.pad_token_id or 0
        return [to_arrays(rows[begin : begin + size], pad) for begin in range(0, len(rows), size)]

    def _evaluate(self) -> dict[str, float]:
        """Over all validation rows, a counted token each."""
        self.model.eval()
        loss, right, rows = 0.0, 0, sorted(self.data.validation, key=lambda row: len(row.ids))
        for batch in self._batches(rows):
            part, hits = summed_loss(self.model, *batch)
            loss, right = loss + part.item(), right + hits.item()
        count = counted_tokens(rows)
        return {"eval_loss": loss / count, "eval_mean_token_accuracy": right / count}


def _make_optimizer(spec: TrainSpec) -> Any:
    """With torch's settings where MLX's own differ."""
    import mlx.optimizers as optim

    if spec.optimizer == "adafactor":
        # transformers' settings for a given learning rate.
        return optim.Adafactor(spec.learning_rate, scale_parameter=False, weight_decay=spec.weight_decay)
    return optim.AdamW(spec.learning_rate, weight_decay=spec.weight_decay, bias_correction=True)
