"""Answers that were given before to the very same request: found by its hash, taken where a run may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from afsweb.core.models import Endpoint, Provider
from afsweb.llm.answering import Answer, Sampling
from evals_app.models import EvalRun, Result, ResultState
from evals_app.runs.hashes import sha256_of

KEPT = (ResultState.ANSWERED, ResultState.SCORED, ResultState.UNPARSED)
# What a server does not tell. Whoever lets a run reuse answers takes it that the same name is the same model.
UNKNOWN = "unknown"


def request_sha256(endpoint: Endpoint, weights: str, messages: Sequence[Mapping[str, str]], sampling: Sampling) -> str:
    """The name of one request: who is asked, which model with which weights, what, and how the answer is drawn."""
    return sha256_of(
        {
            "provider": endpoint.provider,
            "address": endpoint.base_url.rstrip("/"),
            "model": endpoint.model,
            "weights": weights or UNKNOWN,
            "messages": list(messages),
            "sampling": sampling.as_dict(),
        }
    )


def is_repeatable(endpoint: Endpoint, sampling: Sampling) -> bool:
    """Whether asking again would give the same answer: greedy, or drawn from a seed that the endpoint honours.

    Local weights draw a batch at once, so that there the neighbours of a question decide too.
    """
    if sampling.temperature == 0:
        return True
    return endpoint.provider != Provider.TRANSFORMERS and bool(endpoint.capabilities.get("seed", False))


def kept_answers(run: EvalRun, hashes: Iterable[str]) -> dict[str, Answer]:
    """The newest answer of another run to each of these requests. One query."""
    rows = Result.objects.filter(request_sha256__in=list(hashes), state__in=KEPT).exclude(run=run).order_by("pk")
    told = rows.values_list("request_sha256", "answer", "input_tokens", "output_tokens", "stop_reason")
    return {sha256: Answer(0, text, into, out, reason) for sha256, text, into, out, reason in told}
