"""The program `python -m training_app.trainer.probe BACKEND`: what this interpreter can train with, as JSON.

`afs doctor` runs it and judges. Nothing here raises: what fails is told as the text of its error, "" where it works.
"""

from __future__ import annotations

import json
import locale
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from training_app.trainer.environment import load_libraries

ASKED = ("torch", "transformers", "trl", "peft", "accelerate", "bitsandbytes", "triton", "triton-windows", "unsloth")
Told = dict[str, Any]


def main() -> None:
    """Print what `tell` finds; what libraries print on the way comes before it."""
    print(json.dumps(tell(sys.argv[1] if len(sys.argv) > 1 else "trl")), flush=True)


def tell(backend: str) -> Told:
    """The interpreter, its packages and, by its backend, what torch or MLX does here."""
    told: Told = {
        "platform": sys.platform,
        "machine": platform.machine(),
        "utf8": bool(sys.flags.utf8_mode) or locale.getpreferredencoding(False).lower().replace("-", "") == "utf8",
        "temp": tempfile.gettempdir(),
        "temp_free": shutil.disk_usage(tempfile.gettempdir()).free,
        "versions": {name: found for name in (*ASKED, "mlx", "mlx-lm") if (found := _version(name))},
    }
    if backend == "mlx":
        return told | {"mlx_error": _error(_try_mlx), "metal": _value(_metal, False)}
    # It has to come before the libraries that it changes.
    told |= {"unsloth_error": _error(lambda: load_libraries(backend))} if backend == "unsloth" else {}
    told |= {"torch_error": _error(_load_torch)}
    return told if told["torch_error"] else told | _tell_torch()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _error(work: Callable[[], object]) -> str:
    """What `work` fails with, in one line; "" when it does not."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 (whatever it is, the doctor shows it)
        lines = str(error).strip().splitlines()
        return f"{type(error).__name__}: {lines[0] if lines else ''}"[:500]
    return ""


def _value(work: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return work()
    except Exception:  # noqa: BLE001 (told apart by `otherwise`)
        return otherwise


def _load_torch() -> None:
    import torch  # noqa: F401


def _metal() -> bool:
    import mlx.core as mx

    return bool(mx.metal.is_available())


def _try_mlx() -> None:
    import mlx.core as mx
    import mlx_lm.tuner.lora  # noqa: F401

    mx.eval(mx.ones((8, 8)) @ mx.ones((8, 8)))


def _tell_torch() -> Told:
    import torch

    cuda = torch.cuda.is_available()
    mps = torch.backends.mps.is_available()
    device = "cuda" if cuda else "mps" if mps else "cpu"
    return {
        "torch": torch.__version__,
        "built_for": torch.version.cuda,
        "cuda": cuda,
        "mps": mps,
        "archs": torch.cuda.get_arch_list() if cuda else [],
        "cards": [_tell_card(number) for number in range(torch.cuda.device_count())] if cuda else [],
        "four_bit_error": _error(lambda: _four_bit_off(device)),
        "four_bit_off": _value(lambda: _four_bit_off(device), None),
    }


def _tell_card(number: int) -> Told:
    import torch

    free, total = _value(lambda: torch.cuda.mem_get_info(number), (None, None))
    return {
        "name": torch.cuda.get_device_name(number),
        "arch": "sm_{}{}".format(*torch.cuda.get_device_capability(number)),
        "free": free,
        "total": total,
        "kernel_error": _error(lambda: torch.ones(8, device=f"cuda:{number}").sum().item()),
    }


def _four_bit_off(device: str) -> float:
    """How far a product with weights in 4 bits is from the exact one, as a share of that."""
    import torch
    from bitsandbytes.nn import Linear4bit, Params4bit

    generator = torch.Generator().manual_seed(0)
    weight, rows = (torch.randn(64, 64, generator=generator) for _ in range(2))
    layer = Linear4bit(64, 64, bias=False, compute_dtype=torch.float32, quant_type="nf4")
    layer.weight = Params4bit(weight.clone(), requires_grad=False, quant_type="nf4")
    exact, found = rows @ weight.T, layer.to(device)(rows.to(device)).float().cpu()
    return float((found - exact).norm() / exact.norm())


if __name__ == "__main__":
    main()
