"""What an interpreter of trainings told about itself (training_app.trainer.probe), judged: each fault with its fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from afsweb.doctor.finding import Finding, bad, ok, warn

GIB = 1 << 30
LITTLE_MEMORY, LITTLE_DISK = 2 * GIB, 2 * GIB
# NF4 is about 9 % off on random weights (measured with bitsandbytes 0.50.2); a broken kernel is off by a multiple.
FOUR_BIT_OFF = 0.2
# What unsloth 2026.10 allows at most, by its own metadata.
UNSLOTH_MOST = {"trl": (1, 15, 0), "transformers": (5, 17, 0)}
BLACKWELL, ITS_CUDA = 12, (12, 8)  # RTX 50 is sm_120: https://developer.nvidia.com/cuda-gpus
BUILD = "Install a build of PyTorch for the CUDA of this driver (cu128 or later for RTX 50), or update the driver."
Told = dict[str, Any]
Judge = Callable[[str, Told, int], Iterator[Finding]]


def judge(check: str, told: Told, gpus: int) -> list[Finding]:
    """The faults, or one finding that is well. `check` is what they are called; `gpus`: how many this machine has."""
    judges: tuple[Judge, ...] = MLX if check == "mlx" else (*TORCH, *UNSLOTH) if check == "unsloth" else TORCH
    faults = [finding for one in judges for finding in one(check, told, gpus)]
    return faults or [ok(check, _well(check, told))]


def _well(check: str, told: Told) -> str:
    if check == "mlx":
        return f"MLX {told['versions'].get('mlx')} {'uses the Apple GPU' if told['metal'] else 'on the processor'}."
    where = "on the processor"
    if told["mps"]:
        where = "uses the Apple GPU"
    elif told["cuda"]:
        where = f"uses {len(told['cards'])} GPU{'s' if len(told['cards']) > 1 else ''} by CUDA"
    return f"PyTorch {told['torch']} {where}; 4 bits work."


def _loading(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    error = told["torch_error"]
    if "WinError" in error or "DLL" in error:
        fix = "Install Microsoft's Visual C++ Redistributable (x64), then build the interpreter anew."
    else:
        fix = f"Build it anew: `afs host setup --backend {_backend(check)}`."
    if error:
        yield bad(check, f"PyTorch does not load: {error}", fix)


def _packages(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    missing = [name for name in ("transformers", "trl", "peft", "accelerate") if name not in told["versions"]]
    if missing and not told["torch_error"]:
        fix = f"Build it anew: `afs host setup --backend {_backend(check)}`."
        yield bad(check, f"The interpreter lacks {', '.join(missing)}.", fix)


def _build(check: str, told: Told, gpus: int) -> Iterator[Finding]:
    """PyTorch finds none of the cards."""
    if told["torch_error"] or told["cuda"] or told["mps"] or not gpus:
        return
    if told["platform"] == "darwin":
        fix = "Take a Python for Apple's chips (arm64, not one under Rosetta) on macOS 14 or later, and build it anew."
        yield bad(check, f"PyTorch {told['torch']} does not find the Apple GPU.", fix)
        return
    built = f"was built for CUDA {told['built_for']}" if told["built_for"] else "was built without CUDA"
    found = "does not find the GPU" if gpus == 1 else f"finds none of the {gpus} GPUs"
    yield bad(check, f"PyTorch {told['torch']} {built} and {found}.", BUILD)


def _cards(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    for card in told.get("cards", ()):
        yield from _judge_card(check, told, card)


def _judge_card(check: str, told: Told, card: Told) -> Iterator[Finding]:
    text = f"PyTorch {told['torch']}, built for CUDA {told['built_for']},"
    newest = _numbers(card["arch"])[:1] >= (BLACKWELL * 10,)
    if newest and _numbers(told["built_for"] or "0") < ITS_CUDA:
        yield bad(check, f"{text} is too old for {card['name']} ({card['arch']}).", BUILD)
    elif not _runs(card["arch"], told["archs"]):
        yield bad(check, f"{text} was not built for {card['name']} ({card['arch']}).", BUILD)
    elif "no kernel image" in card["kernel_error"]:
        fix = f"Delete the folder .triton/cache in the home folder; if that does not help: {BUILD}"
        yield bad(check, f"Nothing runs on {card['name']}: {card['kernel_error']}", fix)
    elif "out of memory" in card["kernel_error"].lower() or (card["free"] or GIB * 99) < LITTLE_MEMORY:
        free = f"{(card['free'] or 0) / GIB:.1f} of {(card['total'] or 0) / GIB:.1f} GiB"
        fix = "End what uses it (nvidia-smi lists that), or let another card drive the screen."
        yield warn(check, f"{free} are free on {card['name']}.", fix)
    elif card["kernel_error"]:
        fix = "Restart the machine; then update the driver."
        yield bad(check, f"Nothing runs on {card['name']}: {card['kernel_error']}", fix)


def _runs(arch: str, archs: list[str]) -> bool:
    """A card runs what was built for a smaller number of its own family (NVIDIA: binary compatibility)."""
    return any(one == arch or (one[:-1] == arch[:-1] and one <= arch) for one in archs if one.startswith("sm_"))


def _four_bit(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    if told["torch_error"]:
        return
    if "bitsandbytes" not in told["versions"]:
        fix = f"Install it: `afs host setup --backend {_backend(check)}` builds an interpreter that has it."
        yield warn(check, "bitsandbytes is missing: QLoRA, 8-bit bases and 8-bit optimizers do not train here.", fix)
    elif told["four_bit_error"]:
        fix = "Install the bitsandbytes of the constraints file; on RTX 50 it needs PyTorch for CUDA 12.8 or later."
        yield bad(check, f"A product with weights in 4 bits fails: {told['four_bit_error']}", fix)
    elif told["four_bit_off"] > FOUR_BIT_OFF:
        text = f"A product with weights in 4 bits is {told['four_bit_off']:.0%} off; {FOUR_BIT_OFF:.0%} would be much."
        yield bad(check, text, "Install another version of bitsandbytes, or update the driver; train without QLoRA.")


def _trl(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    if told["versions"].get("trl") == "1.15.0" and not told.get("cuda"):
        fix = "Install trl 1.14.0 or 1.16.0: `afs host setup` takes the right one."
        yield bad(check, "trl 1.15.0 does not train without a GPU of NVIDIA.", fix)


def _text(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    if not told["utf8"]:
        fix = "Set PYTHONUTF8=1 for this user (on Windows: `setx PYTHONUTF8 1`), and start the workers again."
        yield warn(check, "Python here does not read files as UTF-8 by itself.", fix)


def _disk(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    if told["temp_free"] < LITTLE_DISK:
        text = f"{told['temp_free'] / GIB:.1f} GiB are free in {told['temp']}, where kernels are compiled."
        yield warn(check, text, "Delete something there, or set TMPDIR to a larger disk.")


def _unsloth(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    error = told["unsloth_error"]
    if "torchvision" in error:
        fix = "Without a GPU uninstall torchvision and xformers from it; with one install torch and both for its CUDA."
        yield bad(check, f"unsloth does not load: {error}", fix)
    elif error:
        yield bad(check, f"unsloth does not load: {error}", "Build it anew: `afs host setup --backend unsloth`.")


def _too_new(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    found = {name: told["versions"].get(name, "0") for name in UNSLOTH_MOST}
    new = [f"{name} {version}" for name, version in found.items() if _numbers(version) > UNSLOTH_MOST[name]]
    if new:
        fix = "Build it anew, from the versions that fit together: `afs host setup --backend unsloth`."
        yield bad(check, f"{', '.join(new)} is newer than unsloth allows.", fix)


def _triton(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    name = "triton-windows" if told["platform"] == "win32" else "triton"
    if told.get("cuda") and name not in told["versions"]:
        yield bad(check, f"unsloth's kernels need {name}, which is missing.", f"Install {name} into that interpreter.")


def _mlx(check: str, told: Told, _gpus: int) -> Iterator[Finding]:
    if told["mlx_error"]:
        fix = "Build it anew: `afs host setup --backend mlx`."
        yield bad(check, f"MLX does not work: {told['mlx_error']}", fix)
    elif told["platform"] == "darwin" and not told["metal"]:
        fix = "Take a Python for Apple's chips (arm64, not one under Rosetta), then `afs host setup --backend mlx`."
        yield bad(check, "MLX does not find the Apple GPU.", fix)


TORCH: tuple[Judge, ...] = (_loading, _packages, _trl, _build, _cards, _four_bit, _text, _disk)
UNSLOTH: tuple[Judge, ...] = (_unsloth, _too_new, _triton)
MLX: tuple[Judge, ...] = (_mlx, _text, _disk)


def _backend(check: str) -> str:
    return "unsloth" if check == "unsloth" else "trl"


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers that a version is made of: 12.8 -> (12, 8), sm_120 -> (120,)."""
    return tuple(map(int, re.findall(r"\d+", text)[:3]))
