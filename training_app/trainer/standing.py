"""Where a run stands besides its weights: which state was best so far, whether it goes on, how its loss has been.

It lies in each checkpoint, so that what goes on from there decides as the undisturbed run would have.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from training_app.trainer.files import write_json
from training_app.trainer.spec import TrainSpec

STANDING = "standing.json"


@dataclass
class Standing:
    """`best_value` at `best_step` is a loss or a share of right answers, as `keep` of the spec says.

    `without_better` counts validations since the lowest validation loss. `ended`: stopped early, at this step.
    `losses` are those of the last usual steps, `high` counts steps in a row whose loss was out of them.
    """

    best_step: int | None = None
    best_value: float | None = None
    lowest_loss: float | None = None
    without_better: int = 0
    ended: bool = False
    losses: list[float] = field(default_factory=list)
    high: int = 0

    def take_validation(self, spec: TrainSpec, step: int, loss: float) -> bool:
        """Take a validation in; whether its state is the best so far. Ends the run where patience is used up."""
        better = self.lowest_loss is None or loss < self.lowest_loss
        self.without_better = 0 if better else self.without_better + 1
        if better:
            self.lowest_loss = loss
        self.ended = bool(spec.early_stopping) and self.without_better >= spec.early_stopping
        if better and spec.keep == "validation_loss":
            self.best_step, self.best_value = step, loss
        return better and spec.keep == "validation_loss"

    def take_answers(self, spec: TrainSpec, step: int, right: float) -> None:
        """Take the share of right answers in; of equal ones the earlier state stays the best, and none is of no use."""
        if spec.keep == "domain" and right > (self.best_value or 0):
            self.best_step, self.best_value = step, right

    def write(self, folder: Path) -> None:
        """Put it beside the weights of a checkpoint."""
        write_json(folder / STANDING, asdict(self))


def read_standing(folder: Path) -> Standing:
    """What a sealed checkpoint says; a fresh one for a checkpoint of an earlier version, which says nothing."""
    path = folder / STANDING
    return Standing(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else Standing()
