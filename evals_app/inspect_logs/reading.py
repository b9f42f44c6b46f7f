"""An Inspect log as plain values, from its JSON or its `.eval` form. Nothing in it is trusted."""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

from afsweb.core.jobs.text import storable
from evals_app.errors import LogRefused

LARGEST = 64 * 2**20  # bytes of a file
LARGEST_INSIDE = 512 * 2**20  # bytes of all that a ZIP says it holds
# What Inspect takes for numbers (value_to_float, scorer/_metric.py).
WORDS = {"C": 1.0, "P": 0.5, "I": 0.0, "yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
NO_ANSWER = "N"
ZSTANDARD = 93


@dataclass(frozen=True)
class ScoreRead:
    """`value` from 0 to 1, None where `is_unparsed` (there was nothing to judge) or the scorer gave none."""

    scorer: str
    value: float | None
    is_unparsed: bool
    answer: str
    explanation: str


@dataclass(frozen=True)
class SampleRead:
    """One sample of one epoch (counted from 0). With `error` there is no answer."""

    key: str
    epoch: int
    messages: list[dict[str, str]]
    target: str | list[str]
    category: str
    cluster: str
    answer: str
    error: str
    stop_reason: str
    input_tokens: int | None
    output_tokens: int | None
    milliseconds: int | None
    scores: list[ScoreRead]


@dataclass(frozen=True)
class LogRead:
    """A whole log. `ident` names the evaluation; sampling holds only what the log tells."""

    ident: str
    task: str
    task_version: str
    model: str
    started_at: str
    completed_at: str
    sampling: dict[str, Any]
    samples: list[SampleRead]


def read_log(content: bytes) -> LogRead:
    """The log in a file's bytes. Raises LogRefused, with what is wrong and where."""
    if len(content) > LARGEST:
        raise LogRefused(reason=f"it is larger than {LARGEST // 2**20} MiB")
    try:
        log = _from_zip(content) if content.startswith(b"PK") else json.loads(content)
        return _log(log)
    except LogRefused:
        raise
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise LogRefused(
            reason=f"it is no Inspect log ({type(error).__name__}: {storable(str(error))[:100]})"
        ) from None
    except (ValueError, RecursionError):
        raise LogRefused(reason="it is not JSON") from None


def _from_zip(content: bytes) -> dict[str, Any]:
    """The header and every sample of an `.eval` file (log/_recorders/eval.py in its source)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_INSIDE:
                raise LogRefused(reason=f"unpacked it is larger than {LARGEST_INSIDE // 2**20} MiB")
            names = archive.namelist()
            if "header.json" not in names:
                raise LogRefused(reason="it has no header.json: the evaluation did not end")
            log: dict[str, Any] = json.loads(_unpacked(archive, content, archive.getinfo("header.json")))
            found = [info for info in archive.infolist() if info.filename.startswith("samples/")]
            samples = [
                json.loads(_unpacked(archive, content, info)) for info in found if info.filename.endswith(".json")
            ]
            return log | {"samples": samples}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, struct.error):
        reason = "it cannot be unpacked here; `inspect log convert --to json` makes a form that can"
        raise LogRefused(reason=reason) from None


def _unpacked(archive: zipfile.ZipFile, content: bytes, info: zipfile.ZipInfo) -> bytes:
    """One file of the ZIP. Inspect packs with Zstandard, which this Python's zipfile does not know, and pyarrow does.

    Where the packed bytes begin: APPNOTE.TXT 6.3.10 of PKWARE, 4.3.7; the method's number, 93: 4.4.5.
    """
    if info.compress_type != ZSTANDARD:
        return archive.read(info)
    import pyarrow  # what needs it is rare, and it takes long to load

    name, extra = struct.unpack_from("<HH", content, info.header_offset + 26)
    begin = info.header_offset + 30 + name + extra
    packed = content[begin : begin + info.compress_size]
    return bytes(pyarrow.decompress(packed, info.file_size, codec="zstd", asbytes=True))


def _log(log: dict[str, Any]) -> LogRead:
    if log["version"] not in (1, 2):
        raise LogRefused(reason=f"its version is {log['version']!r}, and versions 1 and 2 are known")
    spec, samples = log["eval"], log.get("samples") or []
    if not samples:
        raise LogRefused(reason="it has no samples")
    if not any(sample.get("scores") for sample in samples):
        raise LogRefused(reason="none of its samples has a score")
    order = [score["name"] for score in ((log.get("results") or {}).get("scores") or [])]
    config = spec.get("model_generate_config") or {}
    stats = log.get("stats") or {}
    return LogRead(
        ident=_text(spec.get("eval_id") or f"{spec.get('run_id', '')}:{spec.get('task_id', '')}")[:200],
        task=_text(spec["task"])[:200],
        task_version=str(spec.get("task_version", "")),
        model=_text(spec["model"])[:200],
        started_at=str(stats.get("started_at") or ""),
        completed_at=str(stats.get("completed_at") or ""),
        sampling={
            "temperature": config.get("temperature"),
            "max_new_tokens": config.get("max_tokens"),
            "seed": config.get("seed"),
        },
        samples=[_sample(sample, order) for sample in samples],
    )


def _sample(sample: dict[str, Any], order: list[str]) -> SampleRead:
    key = _text(str(sample["id"]))[:100]
    attached = sample.get("attachments") or {}
    meta = sample.get("metadata") or {}
    output = sample.get("output") or {}
    usage = output.get("usage") or {}
    scores = sample.get("scores") or {}
    ordered = sorted(scores, key=lambda name: order.index(name) if name in order else len(order))
    choices = output.get("choices") or [{}]
    error = sample.get("error")
    took = sample.get("total_time")
    return SampleRead(
        key=key,
        epoch=_epoch(key, sample["epoch"]),
        messages=_messages(sample["input"], attached),
        target=sample.get("target", ""),
        category=_text(str(meta.get("category") or "imported"))[:100],
        cluster=_text(str(meta.get("fact") or key))[:100],
        answer=_content(output.get("completion") or "", attached),
        error=_text(error["message"]) or "an error without a message" if error else "",
        stop_reason=str(choices[0].get("stop_reason") or "")[:32],
        input_tokens=_count(usage.get("input_tokens")),
        output_tokens=_count(usage.get("output_tokens")),
        milliseconds=None if took is None else _count(round(1000 * took)),
        scores=[_score(key, name, scores[name]) for name in ordered],
    )


def _epoch(key: str, told: object) -> int:
    if not isinstance(told, int) or not 1 <= told <= 1_000:
        raise LogRefused(reason=f"the epoch {_text(repr(told))[:40]} of the sample {key} is none from 1 to 1,000")
    return told - 1


def _score(key: str, scorer: str, score: dict[str, Any]) -> ScoreRead:
    value = score["value"]
    found = WORDS.get(value, WORDS.get(value.lower())) if isinstance(value, str) else value
    if value == NO_ANSWER or (isinstance(found, float) and math.isnan(found)):
        found = None
    elif not isinstance(found, int | float) or not 0 <= found <= 1:  # True and False are 1 and 0
        told = _text(repr(value))[:40]
        raise LogRefused(reason=f"the score {told} of the sample {key} is no share from 0 to 1")
    return ScoreRead(
        scorer=_text(scorer)[:48],
        value=None if found is None else float(found),
        is_unparsed=value == NO_ANSWER,
        answer=_text(str(score.get("answer") or ""))[:200],
        explanation=_text(str(score.get("explanation") or ""))[:300],
    )


def _messages(told: Any, attached: dict[str, str]) -> list[dict[str, str]]:
    if isinstance(told, str):
        return [{"role": "user", "content": _content(told, attached)}]
    return [{"role": str(one["role"]), "content": _content(one["content"], attached)} for one in told]


def _content(content: Any, attached: dict[str, str]) -> str:
    """A text, or the texts among several parts; long ones stand beside the sample and are referred to by name."""
    if isinstance(content, str):
        return _text(attached.get(content.removeprefix("attachment://"), content))
    return "\n".join(_content(part["text"], attached) for part in content if part.get("type") == "text")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None


def _text(value: str) -> str:
    return storable(value)
