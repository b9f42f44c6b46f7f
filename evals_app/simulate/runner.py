"""Letting a version and a simulator talk: many conversations at once, each kept when it has ended.

Safe to kill at any moment and to run in several jobs, as single questions are. A conversation that was not kept is
begun again from its opening, with the same seed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Endpoint
from afsweb.llm.answering import Answer, Sampling, open_endpoint
from evals_app.errors import EndpointGaveUp, SimulatorNeeded
from evals_app.models import Case, EvalRun, ResultState
from evals_app.results.outcomes import store
from evals_app.runs.claims import claim_results
from evals_app.scorers.of_suite import scorer_of
from evals_app.simulate.conversation import Conversation, Side
from evals_app.simulate.side import Heard, Speaker
from evals_app.simulate.simulator import SAMPLING

GIVE_UP_AFTER = 20  # turns in a row without an answer of one side, as with single questions
OPEN = 32  # conversations at once below which more are begun
TICK = 0.5  # seconds between two reports of progress, and between two looks whether to stop
WAIT = 1.0  # seconds between two looks at what other jobs still hold


def converse(ctx: JobContext, run: EvalRun, endpoint: Endpoint) -> None:
    """Hold what conversations are left. Raises SimulatorNeeded, EndpointUnusable, EndpointGaveUp."""
    if run.simulator is None:
        raise SimulatorNeeded(suite=run.suite)
    with (
        open_endpoint(endpoint, job=ctx.job, purpose="talk") as version,
        open_endpoint(run.simulator, job=ctx.job, purpose="simulate") as simulator,
    ):
        heard: SimpleQueue[Heard] = SimpleQueue()
        sampling = Sampling(**run.sampling)
        speakers: dict[Side, Speaker] = {
            "version": Speaker(version, sampling, heard),
            "simulator": Speaker(simulator, SAMPLING, heard),
        }
        with _started(speakers):
            Conversing(ctx, run, speakers, heard).hold_all()


@contextmanager
def _started(speakers: dict[Side, Speaker]) -> Iterator[None]:
    for speaker in speakers.values():
        speaker.start()
    try:
        yield
    finally:
        for speaker in speakers.values():
            speaker.close()


class Conversing:
    """One job's way through the conversations of a run."""

    def __init__(self, ctx: JobContext, run: EvalRun, speakers: dict[Side, Speaker], heard: SimpleQueue[Heard]) -> None:
        self._ctx = ctx
        self._run = run
        self._speakers = speakers
        self._heard = heard
        self._cases: dict[int, Case] = {case.pk: case for case in run.suite.cases.all()}
        self._open = 0
        self._errors: dict[Side, list[str]] = {"version": [], "simulator": []}  # in a row
        self._told_at = 0.0

    def hold_all(self) -> None:
        """Talk until nothing is planned any more, also what another job leaves behind."""
        while self._planned():
            for repeat in range(self._run.repeats):
                self._hold_repeat(repeat)
            self._tell()
            if self._planned():
                time.sleep(WAIT)

    def _hold_repeat(self, repeat: int) -> None:
        more = self._begin(repeat)
        while self._open:
            ended = self._listen()
            if ended:
                self._keep(ended)
            if more and self._open < OPEN:
                more = self._begin(repeat)
            if time.monotonic() - self._told_at >= TICK:
                self._tell()

    def _begin(self, repeat: int) -> bool:
        """Begin what can be claimed; whether there was anything."""
        claimed = claim_results(self._ctx, self._run, repeat)
        for result in claimed:
            self._open += 1
            seed = int(self._run.sampling["seed"])
            self._speakers["version"].ask(Conversation(result, self._cases[result.case_id], seed))
        return bool(claimed)

    def _listen(self) -> list[Conversation]:
        """Take what was said, pass the word on, and return the conversations that ended."""
        ended = []
        for conversation, answer in self._what_came():
            side = conversation.side
            conversation.hear(answer)
            if conversation.stop:
                ended.append(conversation)
            else:
                self._speakers[conversation.side].ask(conversation)
            self._errors[side] = [*self._errors[side], answer.error] if answer.error else []
        return ended

    def _what_came(self) -> Iterator[tuple[Conversation, Answer]]:
        wait: float | None = TICK
        while True:
            try:
                heard = self._heard.get(timeout=wait) if wait else self._heard.get_nowait()
            except Empty:
                return
            if isinstance(heard, BaseException):
                raise heard
            yield heard
            wait = None

    def _keep(self, ended: list[Conversation]) -> None:
        for conversation in ended:
            conversation.set_result(scorer_of(conversation.case, self._run.suite))
        with self._ctx.fenced():
            results = [conversation.result for conversation in ended]
            store(results, found_in=[ResultState.PLANNED], lease=self._ctx.lease)
        self._open -= len(ended)
        for side, errors in self._errors.items():
            if len(errors) >= GIVE_UP_AFTER:
                who = self._run.simulator if side == "simulator" else self._run.version.endpoint or self._run.version
                raise EndpointGaveUp(name=who, count=len(errors), error=errors[-1])

    def _planned(self) -> int:
        return self._run.results.filter(state=ResultState.PLANNED).count()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        total = len(self._cases) * self._run.repeats
        self._ctx.progress(total - self._planned(), total)
