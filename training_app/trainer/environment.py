"""Where a training runs: threads, offline switches, device, versions."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import subprocess
import warnings
from importlib.metadata import distributions, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from training_app.trainer.errors import BitsAndBytesMissing, PrecisionNotHere

SHARED = ("transformers", "tokenizers", "safetensors")
WITH_TORCH = ("torch", "trl", "peft", "datasets", "accelerate", *SHARED)
LIBRARIES = {
    "trl": WITH_TORCH,
    "unsloth": ("unsloth", "unsloth_zoo", "bitsandbytes", *WITH_TORCH),
    "mlx": ("mlx", "mlx-lm", *SHARED),
}


def prepare(threads: int, *, devices: int = 1) -> None:
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
    if devices == 1:
        # The transformers Trainer would spread one process over all GPUs it sees.
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")
    # The libraries announce their own next renames on every start; the output is for what went wrong.
    warnings.filterwarnings("ignore", category=FutureWarning)


def load_libraries(backend: str) -> None:
    """Import what changes the others when it comes first."""
    if backend == "unsloth":
        # It compiles into the folder where it is started, and tells its makers about itself, unless told otherwise.
        os.environ.setdefault("UNSLOTH_COMPILE_LOCATION", str(Path.home() / ".cache" / "afsweb" / "unsloth"))
        os.environ["UNSLOTH_DISABLE_STATISTICS"] = "1"
        import unsloth  # noqa: F401


def hide_progress_bars() -> None:
    """No bars of transformers in the output: a page shows its tail."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def device() -> str:
    """`cuda` where there is one, else Apple's `mps`, else `cpu`."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def has_bf16() -> bool:
    """Whether the GPU computes in bfloat16: on Apple's from macOS 14 on, as accelerate has it. On a CPU it is slow."""
    import torch

    if device() == "mps":
        return bool(torch.backends.mps.is_macos_or_newer(14, 0))
    return bool(torch.cuda.is_available() and torch.cuda.is_bf16_supported())


def device_name() -> str:
    """The GPU's name, or what Apple's or the processor is of."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"{device()} {platform.machine()}"


def precision(asked: str) -> str:
    """What `auto` means here: bf16 where the card has it, else fp16; fp32 on a CPU. Raises `PrecisionNotHere`."""
    here = ("fp32",) if device() == "cpu" else ("bf16", "fp16", "fp32") if has_bf16() else ("fp16", "fp32")
    if asked == "auto":
        return here[0]
    if asked not in here:
        raise PrecisionNotHere(device=device_name(), precision=asked, others=" or ".join(here))
    return asked


def dtype(precision: str) -> Any:
    """torch's type of that precision."""
    import torch

    return {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[precision]


def require_bitsandbytes(use: str) -> None:
    """Raise `BitsAndBytesMissing` where the package that `use` needs is not installed."""
    if find_spec("bitsandbytes") is None:
        raise BitsAndBytesMissing(use=use)
    # It says at every product of every layer that it casts to fp16, which is how LLM.int8() works.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


def packages() -> dict[str, str]:
    """Every package of this interpreter and its version."""
    found = {one.metadata["Name"]: one.version for one in distributions() if one.metadata["Name"]}
    return dict(sorted(found.items()))


def driver() -> str:
    """The NVIDIA driver's version, and the CUDA that torch was built for; "" without a card."""
    import torch

    tool = shutil.which("nvidia-smi")
    if device() == "cpu" or tool is None:
        return ""
    asked = [tool, "--query-gpu=driver_version", "--format=csv,noheader"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=30).stdout.split()
    return f"{said[0] if said else 'unknown'}, CUDA {torch.version.cuda}"


def versions(backend: str = "trl") -> dict[str, str]:
    """Versions that a repetition needs: other ones give other weights from the same seed."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES[backend]}}
