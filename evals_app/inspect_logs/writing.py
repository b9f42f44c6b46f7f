"""A run as an Inspect log in JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from afsweb.core.models import WorkState
from evals_app.models import Case, EvalRun, Result, ResultState
from evals_app.results.answers import tally
from evals_app.scorers.of_suite import scorer_of, scorers_of

VERSION = 2
STATUS = {WorkState.SUCCEEDED: "success", WorkState.STOPPED: "cancelled", WorkState.FAILED: "error"}
# Inspect's own word for an answer in which there was nothing to judge (NOANSWER, scorer/_metric.py); it counts 0.
NO_ANSWER = "N"
STOP_REASONS = {"stop": "stop", "length": "max_tokens", "max_tokens": "max_tokens", "content_filter": "content_filter"}


def as_inspect_log(run: EvalRun) -> str:
    """The run with every answer that came, as it stands. Planned questions are not in it."""
    results = run.results.exclude(state=ResultState.PLANNED).select_related("case").order_by("case__key", "repeat")
    samples = [_sample(run, result) for result in results.iterator(chunk_size=500)]
    log: dict[str, Any] = {"version": VERSION, "status": STATUS.get(run.shown_state, "started")}
    log |= {"eval": _spec(run), "plan": {"name": "plan", "steps": [{"solver": "generate", "params": {}}], "config": {}}}
    log |= {"results": _results(run), "stats": _stats(run, samples)}
    if run.shown_error and log["status"] == "error":
        log["error"] = _error(run.shown_error)
    return json.dumps(log | {"samples": samples}, ensure_ascii=False, indent=1)


def file_name(run: EvalRun) -> str:
    """As Inspect names its logs: when, which task, which run."""
    return f"{_moment(run.created_at).replace(':', '-')}_{run.suite.slug}_{run.uuid.hex}.json"


def _spec(run: EvalRun) -> dict[str, Any]:
    keys = list(run.suite.cases.values_list("key", flat=True))
    drawn = {"temperature": "temperature", "max_new_tokens": "max_tokens", "seed": "seed"}
    config = {theirs: run.sampling[ours] for ours, theirs in drawn.items() if run.sampling.get(ours) is not None}
    return {
        "eval_id": run.uuid.hex,
        "run_id": run.uuid.hex,
        "created": _moment(run.created_at),
        "task": run.suite.slug,
        "task_id": run.suite.uuid.hex,
        "task_version": run.suite.number,
        "task_display_name": str(run.suite),
        "dataset": {"name": run.suite.slug, "samples": len(keys), "sample_ids": keys, "shuffled": False},
        "model": _model(run),
        "model_generate_config": config,
        "config": {"epochs": run.repeats, "epochs_reducer": ["mean"]},
        "scorers": [{"name": scorer.name} for scorer in scorers_of(run.suite)],
        "metadata": {"hashes": run.hashes, "base_model": run.version.base_model.model_id},
    }


def _results(run: EvalRun) -> dict[str, Any]:
    count = tally(run)
    told = {"score": run.score, "score_low_95": run.low, "score_high_95": run.high}
    metrics = {name: {"name": name, "value": value} for name, value in told.items() if value is not None}
    scores: dict[str, Any] = {
        "name": run.suite.scorer,
        "scorer": run.suite.scorer,
        "reducer": "mean",
        "metrics": metrics,
    }
    scores |= {"scored_samples": count.answered, "unscored_samples": count.unscored}
    return {"total_samples": count.total, "completed_samples": count.answered + count.unscored, "scores": [scores]}


def _stats(run: EvalRun, samples: list[dict[str, Any]]) -> dict[str, Any]:
    usage = [one for sample in samples for one in sample["model_usage"].values()]
    total = {name: sum(one[name] for one in usage) for name in ("input_tokens", "output_tokens", "total_tokens")}
    return {
        "started_at": _moment(run.started_at),
        "completed_at": _moment(run.finished_at),
        "model_usage": {_model(run): total} if usage else {},
    }


def _sample(run: EvalRun, result: Result) -> dict[str, Any]:
    case, model = result.case, _model(run)
    usage = _usage(result)
    sample: dict[str, Any] = {
        "id": case.key,
        "epoch": result.repeat + 1,
        "input": [{"role": message["role"], "content": message["content"]} for message in case.messages],
        "target": _target(run, case),
        "messages": [*case.messages, *([_said(result, model)] if result.state != ResultState.FAILED else [])],
        "output": _output(result, model, usage),
        "metadata": {"category": case.category, "fact": case.cluster, "tags": case.tags, "reused": result.is_reused},
        "model_usage": {model: usage} if usage else {},
        "uuid": f"{run.uuid.hex}-{result.pk}",
    }
    if result.transcript:
        sample["messages"] = result.transcript
    if result.state in (ResultState.SCORED, ResultState.UNPARSED):
        sample["scores"] = {scorer_of(case, run.suite).name: _score(result)}
    if result.state == ResultState.FAILED:
        sample["error"] = _error(result.error)
    if result.milliseconds is not None:
        sample["total_time"] = result.milliseconds / 1000
    return sample


def _score(result: Result) -> dict[str, Any]:
    return {
        "value": NO_ANSWER if result.score is None else result.score,
        "answer": result.extracted or None,
        "explanation": result.explanation or None,
        "metadata": {
            "scorer_version": result.scorer_version,
            "evidence": result.evidence,
            "measures": result.measures,
            "unsafe": result.is_unsafe,
        },
    }


def _output(result: Result, model: str, usage: dict[str, int] | None) -> dict[str, Any]:
    if result.state == ResultState.FAILED:
        return {"model": model, "choices": [], "completion": "", "error": result.error}
    choice = {"message": _said(result, model), "stop_reason": STOP_REASONS.get(result.stop_reason, "unknown")}
    return {"model": model, "choices": [choice], "completion": result.answer, "usage": usage}


def _said(result: Result, model: str) -> dict[str, str]:
    return {"role": "assistant", "content": result.answer, "source": "generate", "model": model}


def _usage(result: Result) -> dict[str, int] | None:
    if result.input_tokens is None and result.output_tokens is None:
        return None
    into, out = result.input_tokens or 0, result.output_tokens or 0
    return {"input_tokens": into, "output_tokens": out, "total_tokens": into + out}


def _target(run: EvalRun, case: Case) -> str | list[str]:
    """The right answer for people: what is asked for, else a reference, else all that its scorer is told."""
    asked = scorer_of(case, run.suite).asked(case.expected)
    if asked:
        return asked.right
    told = case.expected.get("target")
    if isinstance(told, str | list):
        return told
    return list(case.references) or json.dumps(case.expected, ensure_ascii=False, sort_keys=True)


def _model(run: EvalRun) -> str:
    return f"afsweb/{run.version.name}-v{run.version.number}"


def _error(text: str) -> dict[str, str]:
    return {"message": text, "traceback": "", "traceback_ansi": ""}


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""
