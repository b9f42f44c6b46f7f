"""A judge compares two runs' answers case by case, asked twice with the places changed.

A judge that says "A" both times means the place and not the answer: such a pair counts as the same, and how often that
happens is shown. (Zheng et al. 2023, arXiv 2306.05685, section 3.4: position bias, and swapping against it.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Endpoint, EventSource, Job, JobState, User
from afsweb.llm.answering import Answer, Prompt, open_endpoint
from evals_app.duels.pairing import AnswerPair, pairs_of
from evals_app.errors import EndpointGaveUp, PairsGoOn
from evals_app.judging.identity import pair_version_of, purpose_of
from evals_app.judging.phase import GIVE_UP_AFTER
from evals_app.judging.prompt import ask_which
from evals_app.judging.reply import read_choice
from evals_app.judging.task import JUDGING
from evals_app.models import Comparison, JudgedPair, Rubric

KIND = "evals.judge_pairs"


@transaction.atomic
def ask_about_pairs(
    comparison: Comparison, judge: Endpoint, rubric: Rubric, by: User | None, source: EventSource = EventSource.UI
) -> Job:
    """Let the judge say of each case which answer is better, both ways round. Raises PairsGoOn."""
    told = {"comparison_id": comparison.pk, "judge_id": judge.pk, "rubric_id": rubric.pk}
    if Job.objects.filter(kind=KIND, params=told, state__in=(JobState.QUEUED, JobState.LEASED)).exists():
        raise PairsGoOn
    record("ask a judge", comparison, actor=by, source=source, after={"judge": judge.name, "rubric": rubric.reference})
    title = f"{judge} compares the answers of {comparison.candidate.version} and {comparison.baseline.version}"
    return enqueue(KIND, told, title=title[:200], by=by, about=("show_comparison", comparison))


def judge_pairs(ctx: JobContext, comparison: Comparison, judge: Endpoint, rubric: Rubric) -> None:
    """Ask about each pair that this judge has not compared yet. Safe to kill: a pair is kept with both its verdicts.

    Raises EndpointUnusable and EndpointGaveUp.
    """
    version = pair_version_of(judge, rubric)
    pairs = {pair.left.pk: pair for pair in pairs_of(comparison)}
    known = JudgedPair.objects.filter(left__in=list(pairs), version=version)
    there = set(known.values_list("left", "right"))
    wanted = [pair for pair in pairs.values() if (pair.left.pk, pair.right.pk) not in there]
    asking = PairAsking(ctx, judge, rubric, wanted)
    with open_endpoint(judge, job=ctx.job, purpose=purpose_of(judge, f"pair {rubric.sha256[:8]}")) as answerer:
        for group in answerer.stream(asking.prompts(), JUDGING):
            asking.keep(group)
    ctx.finish(compared=asking.done, without_a_reply=len(wanted) - asking.done)


@dataclass
class PairAsking:
    """One job's way through the pairs. The keys of the two questions about a pair are twice its place, and one more."""

    ctx: JobContext
    judge: Endpoint
    rubric: Rubric
    pairs: Sequence[AnswerPair]
    done: int = 0

    def __post_init__(self) -> None:
        self._replies: dict[int, dict[bool, str]] = {}
        self._places: dict[int, tuple[int, bool]] = {}
        self._failed_in_a_row = 0

    def prompts(self) -> Iterator[Prompt]:
        """Both questions about each pair."""
        for place, pair in enumerate(self.pairs):
            for swapped in (False, True):
                first, second = (pair.right, pair.left) if swapped else (pair.left, pair.right)
                # A pair's own key, for in the ledger of paid calls an equal key is an equal question.
                key = ((pair.left.pk << 32) + pair.right.pk) * 2 + swapped
                self._places[key] = (place, swapped)
                yield Prompt(key, ask_which(self.rubric, pair.case.messages, first.answer, second.answer))

    def keep(self, group: Sequence[Answer]) -> None:
        """Keep the pairs whose both replies have come."""
        whole = [row for answer in group if (row := self._row(answer))]
        with self.ctx.fenced():
            JudgedPair.objects.bulk_create(whole, ignore_conflicts=True)
        self.done += len(whole)
        for answer in group:
            self._failed_in_a_row = self._failed_in_a_row + 1 if answer.error else 0
            if self._failed_in_a_row >= GIVE_UP_AFTER:
                raise EndpointGaveUp(name=self.judge, count=GIVE_UP_AFTER, error=answer.error)
        self.ctx.progress(self.done, len(self.pairs), note="comparing")

    def _row(self, answer: Answer) -> JudgedPair | None:
        place, swapped = self._places.pop(answer.key)
        if answer.error:
            return None
        replies = self._replies.setdefault(place, {})
        replies[swapped] = _which(read_choice(answer.text), swapped=swapped)
        if len(replies) < 2:
            return None
        pair, both = self.pairs[place], self._replies.pop(place)
        facts = {"rubric": self.rubric, "judge": self.judge, "version": pair_version_of(self.judge, self.rubric)}
        return JudgedPair(left=pair.left, right=pair.right, forward=both[False], backward=both[True], **facts)


def _which(choice: str, *, swapped: bool) -> str:
    """The answer that was meant: `left` is the baseline's, wherever it stood."""
    if choice not in ("A", "B"):
        return choice
    return "left" if (choice == "A") != swapped else "right"
