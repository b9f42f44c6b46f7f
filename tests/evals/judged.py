"""A suite that a rubric decides, and runs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasets_app.models import Domain
from evals_app.models import Suite
from evals_app.suites import CaseDraft, make_suite
from tests.evals.completions_server import CompletionsServer

Say = Callable[[int], str]


def judged_suite(domain: Domain, count: int = 8, reference: str = "clarity:1", slug: str = "explain") -> Suite:
    """Questions that ask for explanations; two about each fact."""
    drafts = [
        CaseDraft(
            key=f"explain/{number}",
            category="basics",
            cluster=f"fact {number // 2}",
            messages=[{"role": "user", "content": f"Explain fact {number}."}],
            expected={"rubric": reference},
            references=["A good answer."],
        )
        for number in range(count)
    ]
    return make_suite(slug, name="Explain", domain=domain, scorer="rubric", drafts=drafts)


def answer(server: CompletionsServer, suite: Suite, say: Say) -> None:
    """Teach the server `say(number)` as the answer to each case."""
    for case in suite.cases.all():
        server.table[case.question] = say(int(case.key.rpartition("/")[2]))


def of_quality(number: int) -> str:
    """Answers from bad to good and again."""
    return f"quality {number % 5}: words"


def opinions(run: Any) -> dict[str, float | None]:
    """Case -> what the judge gave it, beside the score that counts."""
    rows = run.results.filter(scores__scorer="rubric").values_list("case__key", "scores__value")
    return dict(rows)
