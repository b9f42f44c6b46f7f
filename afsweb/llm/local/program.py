"""The program `python -m afsweb.llm.local --base DIR [--adapter DIR]`: answers lines until its input closes.

First it writes one line {"ready": true, ...}. A request {"batch": [{"key", "messages"}], "max_new_tokens",
"temperature", "seed"} is answered by {"results": [...]}, {"loss": [{"key", "ids", "labels"}]} by {"losses": [...]}, a
line that is no request by {"error": ...}. Exit codes: 0 input closed, 2 wrong arguments, 3 the folders cannot be used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from afsweb.llm.local.model import LoadedModel, ModelRefused, load
from afsweb.llm.local.protocol import RequestError, parse_request


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, say ready, answer until standard input closes; return the exit code."""
    options = _parse(arguments)
    replies = _take_stdout()
    os.environ.update(
        OMP_NUM_THREADS=str(options.threads),
        # Threads that spin while they wait slow a busy machine down many times.
        OMP_WAIT_POLICY="PASSIVE",
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
    )
    began = time.monotonic()
    try:
        model = _load(options)
    except ModelRefused as error:
        print(error, file=sys.stderr)
        return 3
    _reply(replies, {"ready": True, "device": model.device, "seconds": round(time.monotonic() - began, 3)})
    for line in sys.stdin.buffer:
        _reply(replies, _answer(model, line))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m afsweb.llm.local")
    parser.add_argument("--base", type=Path, required=True, help="folder with weights (safetensors) and tokenizer")
    parser.add_argument("--adapter", type=Path, help="folder with a peft adapter")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


def _take_stdout() -> TextIO:
    """Standard output for replies alone: what a library prints there goes to standard error."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def _load(options: argparse.Namespace) -> LoadedModel:
    import torch

    torch.set_num_threads(options.threads)
    return load(options.base, options.adapter)


def _answer(model: LoadedModel, line: bytes) -> dict[str, object]:
    try:
        request = parse_request(line)
        if isinstance(request, list):
            return {"losses": [asdict(model.loss(row)) for row in request]}
        return {"results": [asdict(answer) for answer in model.answer(request)]}
    except RequestError as error:
        return {"error": str(error)}


def _reply(replies: TextIO, value: dict[str, object]) -> None:
    replies.write(json.dumps(value) + "\n")
    replies.flush()
