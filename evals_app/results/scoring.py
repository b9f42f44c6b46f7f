"""Scoring batches of answers: quick scorers here, those that take a core for themselves in several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from evals_app.errors import ScoringEnded
from evals_app.models import Result, Suite
from evals_app.results.outcomes import set_score, write_scored
from evals_app.scorers import Scored
from evals_app.scorers.of_suite import scorer_of
from evals_app.scorers.processes import score_by_name, start_pool

FEW = 4  # so many are scored here: a process takes a second to start
TICK = 0.5  # seconds between two looks whether to stop


@contextmanager
def open_scoring() -> Iterator[Scoring]:
    """Something that scores batches; its processes end with the block."""
    scoring = Scoring()
    try:
        yield scoring
    finally:
        scoring.close()


class Scoring:
    """Scores batches of results. Its processes start when there is first something for them."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def score(self, batch: Sequence[Result], suite: Suite, check_stop: Callable[[], None]) -> None:
        """Set the columns of the score on each, unsaved. What `check_stop` raises ends it. Raises ScoringEnded."""
        heavy = [result for result in batch if scorer_of(result.case, suite).is_heavy]
        apart = {result.pk for result in heavy} if len(heavy) > FEW else set()
        for result in batch:
            if result.pk not in apart:
                set_score(result, result.case, scorer_of(result.case, suite))
        if apart:
            self._score_apart(heavy, suite, check_stop)

    def close(self) -> None:
        """End the processes; what they have begun is finished first, which takes some seconds at most."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _score_apart(self, results: Sequence[Result], suite: Suite, check_stop: Callable[[], None]) -> None:
        pool = self._pool = self._pool or start_pool()
        try:
            waiting: dict[Future[Scored], Result] = {}
            for result in results:
                name = scorer_of(result.case, suite).name
                waiting[pool.submit(score_by_name, name, result.case.expected, result.answer)] = result
            while waiting:
                done, _ = wait(waiting, timeout=TICK, return_when=FIRST_COMPLETED)
                for future in done:
                    result = waiting.pop(future)
                    write_scored(result, future.result(), scorer_of(result.case, suite))
                check_stop()
        except BrokenProcessPool:
            raise ScoringEnded from None
