"""What a run needs to go on exactly: the trained weights and the optimizer's state. Chance is drawn anew each step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WEIGHTS, OPTIMIZER = "trained.safetensors", "optimizer.safetensors"


def write_state(folder: Path, model: Any, optimizer: Any) -> None:
    """Write both into `folder`, which is made."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

    folder.mkdir(parents=True)
    mx.save_safetensors(str(folder / WEIGHTS), dict(tree_flatten(model.trainable_parameters())))
    mx.save_safetensors(str(folder / OPTIMIZER), dict(tree_flatten(optimizer.state)))


def read_state(folder: Path, model: Any, optimizer: Any) -> None:
    """Put both back in their places."""
    import mlx.core as mx
    from mlx.utils import tree_unflatten

    model.update(tree_unflatten(list(mx.load(str(folder / WEIGHTS)).items())))
    optimizer.state = tree_unflatten(list(mx.load(str(folder / OPTIMIZER)).items()))
    mx.eval(model.parameters(), optimizer.state)
