"""Memory that ran out: told apart from other errors, with what the device had left."""

from __future__ import annotations

import os
from typing import Any

# What the allocators of CUDA, cuBLAS, MPS, the CPU and MLX say in a RuntimeError of no class of its own.
SAID = (
    *("out of memory", "can't allocate memory", "not enough memory", "cublas_status_alloc_failed"),
    *("unable to allocate", "attempting to allocate", "insufficient memory"),
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it is memory that lacks, of a GPU or of the machine."""
    # torch.OutOfMemoryError by its name: torch may be what could not be imported.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(said in str(error).lower() for said in SAID)


def memory_facts(backend: str = "trl") -> dict[str, Any]:
    """The device and its bytes: reserved by the allocator, allocated in tensors, in all; None where nobody says.

    On a CPU: allocated is what this process has in memory, in all what the machine has.
    """
    try:
        return _mlx_facts() if backend == "mlx" else _facts()
    except (ImportError, RuntimeError, MemoryError, OSError):  # where nothing is left, nobody can say
        return {"device": None, "reserved": None, "allocated": None, "total": None}


def _facts() -> dict[str, Any]:
    import psutil
    import torch

    if torch.cuda.is_available():
        return {
            "device": torch.cuda.get_device_name(),
            "reserved": torch.cuda.max_memory_reserved(),
            "allocated": torch.cuda.max_memory_allocated(),
            "total": torch.cuda.get_device_properties(0).total_memory,
        }
    resident, machine = psutil.Process().memory_info().rss, psutil.virtual_memory().total
    return {"device": "cpu", "reserved": None, "allocated": resident, "total": machine}


def _mlx_facts() -> dict[str, Any]:
    """MLX's arrays lie in the machine's memory, which Apple's GPU shares; allocated is the most that they took."""
    import mlx.core as mx

    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    device = "Apple GPU" if mx.metal.is_available() else "cpu"
    return {"device": device, "reserved": None, "allocated": mx.get_peak_memory(), "total": total}
