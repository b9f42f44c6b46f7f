"""What is written down about an endpoint that has a price or a limit of requests a minute, before each request and
after it. Others are asked without: each line costs a commit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.models import Call, CallState, Endpoint, EndpointPrice, Job
from afsweb.llm import ledger
from afsweb.llm.answerers.window import Outcome, Refused
from afsweb.llm.answering import Answer, Prompt, Sampling
from afsweb.llm.limits import seconds_to_wait
from afsweb.llm.request import Reply, Request

SENT_BEFORE = "this question was sent before and never answered; it may have been billed, so it is not sent again"


class Meter:
    """The lines of one endpoint in the ledger. Used from one thread."""

    def __init__(self, endpoint: Endpoint, price: EndpointPrice | None, job: Job | None, purpose: str) -> None:
        self._endpoint, self._price, self._job, self._purpose = endpoint, price, job, purpose
        self._sampling = Sampling()
        self._open: dict[int, Call] = {}

    def drawing(self, sampling: Sampling) -> Self:
        """The same for questions that are drawn so."""
        self._sampling = sampling
        return self

    def before(self, prompt: Prompt) -> float | Answer:
        """0 when the request is written down and may be sent, else the seconds until one may be.

        An Answer, when it must not be: it has a price and was sent before, so there is its answer, or none ever came.
        """
        prefix = f"{self._purpose}:{prompt.key}:"
        earlier = Call.objects.filter(key__startswith=prefix)
        if self._price and (sent := earlier.exclude(state=CallState.FAILED).order_by("-pk").first()):
            return answer_of(sent, prompt)
        with transaction.atomic():
            # Two jobs that ask one endpoint take turns here.
            Endpoint.objects.select_for_update(no_key=True).get(pk=self._endpoint.pk)
            if wait := seconds_to_wait(self._endpoint):
                return wait
            self._open[prompt.key] = self._write(f"{prefix}{earlier.count() + 1}", prompt)
        return 0.0

    def after(self, prompt: Prompt, outcome: Outcome) -> None:
        """Write down what became of the request."""
        call = self._open.pop(prompt.key)
        answer = outcome.answer if isinstance(outcome, Refused) else outcome
        if answer.is_unknown:
            ledger.close_unknown(call, answer.error)
        elif answer.error:
            ledger.close_failed(call, answer.error)
        else:
            told = answer.input_tokens or 0, answer.output_tokens or 0
            Call.objects.filter(pk=call.pk).update(
                state=CallState.OK,
                cost=ledger.real_cost(self._price, Reply("", *told)) if self._price else Decimal(0),
                input_tokens=answer.input_tokens,
                output_tokens=answer.output_tokens,
                finish_reason=answer.finish_reason[:32],
                answer=answer.text if self._price else "",
                answered_at=Now(),
            )

    def _write(self, key: str, prompt: Prompt) -> Call:
        text = "\n\n".join(message["content"] for message in prompt.messages)
        request = Request(text, max_output_tokens=self._sampling.max_new_tokens, seed=self._sampling.seed)
        return Call.objects.create(
            endpoint=self._endpoint,
            job=self._job,
            purpose=self._purpose,
            key=key,
            request_sha256=request.sha256(),
            price=self._price,
            reserved_cost=ledger.worst_cost(self._price, request) if self._price else Decimal(0),
        )


def answer_of(call: Call, prompt: Prompt) -> Answer:
    """What a paid call that was sent brought: its answer, or why it is not sent again."""
    if call.state != CallState.OK:
        return Answer(prompt.key, error=SENT_BEFORE)
    return Answer(prompt.key, call.answer, call.input_tokens, call.output_tokens, call.finish_reason)


def meter_of(endpoint: Endpoint, job: Job | None, purpose: str) -> Meter | None:
    """The endpoint's meter; None where there is nothing to measure."""
    if endpoint.pk is None:
        return None
    price = endpoint.prices.filter(since__lte=Now()).order_by("-since").first()
    return Meter(endpoint, price, job, purpose) if price or endpoint.requests_per_minute is not None else None
