"""Where a training runs: threads, offline switches, device, versions."""

from __future__ import annotations

import os
import platform
import warnings
from importlib.metadata import version

LIBRARIES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "tokenizers", "safetensors")


def prepare(threads: int) -> None:
    """Set what the libraries read when they are imported; call it before the first import."""
    os.environ.update(
        OMP_NUM_THREADS=str(threads),
        # Threads that spin while they wait made two of them seven times slower than one on a busy machine (measured).
        OMP_WAIT_POLICY="PASSIVE",
        TOKENIZERS_PARALLELISM="false",
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        TRANSFORMERS_VERBOSITY="error",
    )
    # The transformers Trainer would spread one process over all GPUs it sees; a run has one.
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")
    # The libraries announce their own next renames on every start; the output is for what went wrong.
    warnings.filterwarnings("ignore", category=FutureWarning)


def hide_progress_bars() -> None:
    """No bars of transformers in the output: a page shows its tail."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def device() -> str:
    """`cuda` where there is one, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def has_bf16() -> bool:
    import torch

    return bool(torch.cuda.is_available() and torch.cuda.is_bf16_supported())


def device_name() -> str:
    """The GPU's name, or the CPU's architecture."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"cpu {platform.machine()}"


def versions() -> dict[str, str]:
    """Versions that a repetition needs: other ones give other weights from the same seed."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
