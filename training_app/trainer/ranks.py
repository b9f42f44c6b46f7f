"""One process of several: torchrun starts them, and RANK says which of them this is. accelerate joins their gradients.

All train; the first alone writes events and seals checkpoints. What one decides, all decide, or they wait for ever.
"""

from __future__ import annotations

import os

from training_app.trainer.errors import OtherNumberOfProcesses


def is_first() -> bool:
    """Whether this process is the one that writes."""
    return os.environ.get("RANK", "0") == "0"


def count() -> int:
    """How many processes train."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def join(devices: int) -> None:
    """Find the other processes: between GPUs by NCCL, between CPUs by gloo. Raises `OtherNumberOfProcesses`."""
    if count() != devices:
        raise OtherNumberOfProcesses(devices=devices, count=count())
    if devices > 1:
        import torch
        from accelerate import PartialState

        PartialState(cpu=not torch.cuda.is_available())


def meet() -> None:
    """Wait until every process is here. Call it at the same places in all of them."""
    if count() > 1:
        from accelerate import PartialState

        PartialState().wait_for_everyone()


def any_says(flag: bool) -> bool:
    """Whether `flag` is true in any process."""
    if count() == 1:
        return flag
    import torch
    from accelerate import PartialState

    said = torch.tensor(int(flag), device=PartialState().device)
    torch.distributed.all_reduce(said)
    return bool(said.item())
