"""What a run took of tokens and money, and its own limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, Now

from afsweb.core.models import Call, Endpoint, EndpointPrice, Job
from afsweb.llm.answering import Answer, Prompt, Sampling
from afsweb.llm.ledger import MILLION, worst_cost
from afsweb.llm.request import Request
from evals_app.errors import RunLimitReached
from evals_app.models import EvalRun


@dataclass(frozen=True)
class Spent:
    """`cost` in US dollars, with what is reserved for calls under way; None where nothing that it asked has a price."""

    input_tokens: int
    output_tokens: int
    cost: Decimal | None

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


def spent_on(run: EvalRun) -> Spent:
    """What the run took so far. Answers that were taken from another run cost nothing. Two queries."""
    told = run.results.filter(is_reused=False).aggregate(
        into=Sum("input_tokens", default=0), out=Sum("output_tokens", default=0)
    )
    calls = Call.objects.filter(job__in=Job.objects.filter(about_uuid=run.uuid), price__isnull=False)
    paid = calls.aggregate(count=Count("pk"), cost=Sum(Coalesce("cost", "reserved_cost"), default=Decimal(0)))
    return Spent(told["into"], told["out"], paid["cost"] if paid["count"] else None)


def price_of(endpoint: Endpoint | None) -> EndpointPrice | None:
    """The price in force today, None without one."""
    if endpoint is None or endpoint.pk is None:
        return None
    return endpoint.prices.filter(since__lte=Now()).order_by("-since").first()


class Budget:
    """The limits of one run. A question is asked only where its worst case fits beside all that is under way."""

    def __init__(self, run: EvalRun, endpoint: Endpoint) -> None:
        self._run = run
        self._price = price_of(endpoint)
        self._reserved: dict[int, tuple[int, Decimal]] = {}
        self._tokens, self._cost = 0, Decimal(0)
        if self.has_limit:
            spent = spent_on(run)
            self._tokens, self._cost = spent.tokens, spent.cost or Decimal(0)

    @property
    def has_limit(self) -> bool:
        return self._run.token_limit is not None or self._run.cost_limit is not None

    def reserve(self, prompt: Prompt, sampling: Sampling) -> bool:
        """Keep the question's worst case free; False where the limits do not cover it any more."""
        if not self.has_limit:
            return True
        text = "\n\n".join(message["content"] for message in prompt.messages)
        request = Request(text, max_output_tokens=sampling.max_new_tokens)
        tokens = request.input_tokens_at_most() + sampling.max_new_tokens
        cost = worst_cost(self._price, request) if self._price else Decimal(0)
        held = list(self._reserved.values())
        if _over(self._tokens + tokens + sum(one for one, _ in held), self._run.token_limit):
            return False
        if _over(self._cost + cost + sum((one for _, one in held), Decimal(0)), self._run.cost_limit):
            return False
        self._reserved[prompt.key] = tokens, cost
        return True

    def settle(self, answer: Answer) -> None:
        """Count what the answer really took."""
        if self._reserved.pop(answer.key, None) is None:
            return
        into, out = answer.input_tokens or 0, answer.output_tokens or 0
        self._tokens += into + out
        if self._price:
            self._cost += (into * self._price.input_per_million + out * self._price.output_per_million) / MILLION

    def raise_limit_reached(self) -> None:
        """Raises RunLimitReached, with what was taken and what was allowed."""
        run, spent = self._run, spent_on(self._run)
        said = []
        if run.token_limit is not None:
            said.append(f"{spent.tokens:,} of {run.token_limit:,} tokens")
        if run.cost_limit is not None:
            said.append(f"{spent.cost or Decimal(0):.4f} of {run.cost_limit:.4f} US dollars")
        raise RunLimitReached(spent=" and ".join(said))


def _over(value: int | Decimal, limit: int | Decimal | None) -> bool:
    return limit is not None and value > limit
