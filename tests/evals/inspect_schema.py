"""The part of Inspect's log format that an export uses, as its own classes have it, with nothing else allowed.

Derived from EvalLog, EvalSpec, EvalSample, EvalResults and EvalStats in src/inspect_ai/log/_log.py, Score in
src/inspect_ai/scorer/_metric.py and ModelOutput in src/inspect_ai/model/_model_output.py of
https://github.com/UKGovernmentBEIS/inspect_ai (0.3.28x, format version 2). Where the package is installed the test
reads the log with the package itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class Usage(Strict):
    input_tokens: int
    output_tokens: int
    total_tokens: int


class Message(Strict):
    role: Literal["system", "user", "assistant", "tool"]
    content: str
    source: Literal["input", "generate"] | None = None
    model: str | None = None


class Choice(Strict):
    message: Message
    stop_reason: Literal["stop", "max_tokens", "model_length", "tool_calls", "content_filter", "unknown"]


class Output(Strict):
    model: str
    choices: list[Choice]
    completion: str
    usage: Usage | None = None
    error: str | None = None


class Score(Strict):
    value: str | int | float
    answer: str | None
    explanation: str | None
    metadata: dict[str, Any]


class Error(Strict):
    message: str
    traceback: str
    traceback_ansi: str


class Sample(Strict):
    id: str
    epoch: int
    input: list[Message]
    target: str | list[str]
    messages: list[Message]
    output: Output
    scores: dict[str, Score] | None = None
    metadata: dict[str, Any]
    model_usage: dict[str, Usage]
    total_time: float | None = None
    uuid: str
    error: Error | None = None


class Dataset(Strict):
    name: str
    samples: int
    sample_ids: list[str]
    shuffled: bool


class Spec(Strict):
    eval_id: str
    run_id: str
    created: datetime
    task: str
    task_id: str
    task_version: int | str
    task_display_name: str
    dataset: Dataset
    model: str
    model_generate_config: dict[Literal["temperature", "max_tokens", "seed"], float]
    config: dict[Literal["epochs", "epochs_reducer"], Any]
    scorers: list[dict[Literal["name"], str]]
    metadata: dict[str, Any]


class Metric(Strict):
    name: str
    value: float


class ScorerResult(Strict):
    name: str
    scorer: str
    reducer: str
    scored_samples: int
    unscored_samples: int
    metrics: dict[str, Metric]


class Results(Strict):
    total_samples: int
    completed_samples: int
    scores: list[ScorerResult]


class Stats(Strict):
    started_at: datetime | Literal[""]
    completed_at: datetime | Literal[""]
    model_usage: dict[str, Usage]


class Log(Strict):
    version: Literal[2]
    status: Literal["started", "success", "cancelled", "error"]
    eval: Spec
    plan: dict[Literal["name", "steps", "config"], Any]
    results: Results
    stats: Stats
    error: Error | None = None
    samples: list[Sample]
