"""The real trainer where memory is scarce: a `sitecustomize` has the library raise what torch raises.

What a batch needs is its rows, half with gradient checkpointing: more than `room` does not fit, from the `after`th
forward pass of a process on.
"""

from __future__ import annotations

from pathlib import Path

SITE = """
import importlib.abc, importlib.util, sys

ROOM, AFTER = {room}, {after}

def make_scarce(module):
    import torch
    real, seen = module.SFTTrainer.compute_loss, []
    def compute_loss(self, model, inputs, *args, **kwargs):
        seen.append(1)
        needed = len(inputs["input_ids"]) / (2 if self.args.gradient_checkpointing else 1)
        if len(seen) >= AFTER and needed > ROOM:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return real(self, model, inputs, *args, **kwargs)
    module.SFTTrainer.compute_loss = compute_loss

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "trl.trainer.sft_trainer":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            make_scarce(module)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
"""


def install(folder: Path, python: str, *, room: float, after: int) -> Path:
    """Write a program that is called as the trainer's interpreter `python` is, and has so little memory."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(SITE.format(room=room, after=after))
    program = folder / "python-with-little-memory"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}:$PYTHONPATH" exec "{python}" "$@"\n')
    program.chmod(0o755)
    return program
