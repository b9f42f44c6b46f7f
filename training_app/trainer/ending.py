"""How a training ends: stopped where it is, or with the state that the recipe keeps as its result."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from training_app.trainer import ranks
from training_app.trainer.checkpoints import ASIDE, Damaged, Sealed, folder_of, open_sealed
from training_app.trainer.follow import Following
from training_app.trainer.loading import load_weights
from training_app.trainer.result import save_result


def end(trainer: Any, following: Following, sealed: Sealed | None, seconds: float) -> None:
    """Write the result and the events `best` and `finished`; or `stopped`, where steps are left to be trained.

    `sealed` is the checkpoint that the attempt began with: of a run that had stopped early it is all there is.
    """
    spec, events, standing = following.spec, following.events, following.standing
    trained: int = trainer.state.global_step
    step = trained or (sealed.step if sealed else 0)
    if step < trainer.state.max_steps and not standing.ended:
        events.write("stopped", step=step, seconds=seconds)
    elif ranks.is_first():
        best = _best(following) if spec.keep != "last" else None
        kept = folder_of(spec.work, best) if best is not None else sealed.folder if sealed and not trained else None
        if kept is not None:
            load_weights(trainer.model, kept)
        result = save_result(trainer.model, spec)
        shutil.rmtree(spec.work / ASIDE, ignore_errors=True)
        events.write("finished", step=step, **result, seconds=seconds)
    events.sync()


def _best(following: Following) -> int | None:
    """The step whose state becomes the result, told as `best`; None when its checkpoint is damaged."""
    spec, events, standing = following.spec, following.events, following.standing
    if standing.best_step is None:
        events.write("note", text="No checkpoint answered a question right, so the last state is the result.")
        return None
    folder: Path = folder_of(spec.work, standing.best_step)
    try:
        open_sealed(folder)
    except Damaged as error:
        text = f"The best checkpoint, {folder.name}, is damaged, so the last state is the result: {error}."
        events.write("note", text=text)
        return None
    events.write("best", step=standing.best_step, by=spec.keep, value=standing.best_value)
    return standing.best_step
