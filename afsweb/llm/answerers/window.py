"""Keeping a fixed number of requests under way on one asyncio loop, while the caller stores what has come."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from afsweb.llm.answering import Answer, Prompt

PATIENCE = 0.5  # seconds without an answer after which the caller may look around
MOST_RETRIES = 4
DOWN_AFTER = 20  # so many refusals of a broken server in a row, and nothing is asked again
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before a refused question is asked again


@dataclass(frozen=True)
class Refused:
    """The server answered that it will not now. `after`: the seconds that it asks for, None where it does not say.

    `is_down`: it says that it is broken, not that it is busy.
    """

    answer: Answer
    after: float | None = None
    is_down: bool = False


Outcome = Answer | Refused
Ask = Callable[[Prompt], Awaitable[Outcome]]


class Metered(Protocol):
    """What is told of each request, on the caller's thread: see `Meter`."""

    def before(self, prompt: Prompt) -> float | Answer: ...

    def after(self, prompt: Prompt, outcome: Outcome) -> None: ...


class Loop:
    """An asyncio loop that a thread of its own turns. What is asked on it comes back through a queue."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._done: SimpleQueue[tuple[Prompt, Outcome | BaseException]] = SimpleQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        # A daemon: nobody waits for a slow answer when the program ends.
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def send(self, ask: Ask, prompts: list[Prompt]) -> None:
        """Begin to ask each of the prompts."""
        if prompts:
            self._loop.call_soon_threadsafe(self._begin, ask, prompts)

    def collect(self, patience: float) -> list[tuple[Prompt, Outcome]]:
        """What has come, as soon as something has; nothing after `patience` seconds. Raises what an `ask` raised."""
        found: list[tuple[Prompt, Outcome]] = []
        try:
            prompt, outcome = self._done.get(timeout=patience)
            while True:
                if isinstance(outcome, BaseException):
                    raise outcome
                found.append((prompt, outcome))
                prompt, outcome = self._done.get_nowait()
        except Empty:
            return found

    def drop(self) -> None:
        """Give up what is under way."""
        if not self._loop.is_closed():  # a caller may let go of its stream after it closed the endpoint
            self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._tasks])

    def close(self, last: Awaitable[object]) -> None:
        """Give up what is under way, await `last` and end the thread."""
        self.drop()

        async def end() -> None:
            await asyncio.wait([*self._tasks, asyncio.ensure_future(last)], timeout=2)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(end(), self._loop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()

    def _begin(self, ask: Ask, prompts: list[Prompt]) -> None:
        for prompt in prompts:
            task = self._loop.create_task(self._run(ask, prompt))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, ask: Ask, prompt: Prompt) -> None:
        try:
            self._done.put((prompt, await ask(prompt)))
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 — it is raised where the answers are collected
            self._done.put((prompt, error))


class Line:
    """The prompts still to ask: those that were refused as soon as their time has come, else the caller's next."""

    def __init__(self, prompts: Iterable[Prompt]) -> None:
        self._prompts = iter(prompts)
        self._ahead: deque[Prompt] = deque()
        self._again: list[tuple[float, int, Prompt]] = []
        self._tries: dict[int, int] = {}
        self._down_in_a_row = 0

    def look(self, count: int = 1) -> None:
        """Have so many of the caller's prompts ready, which may cost it a query."""
        self._ahead.extend(islice(self._prompts, max(0, count - len(self._ahead))))

    def take(self) -> Prompt | None:
        """The prompt to ask now, None where there is none."""
        if self._again and self._again[0][0] <= time.monotonic():
            return heappop(self._again)[2]
        self.look()
        return self._ahead.popleft() if self._ahead else None

    def put_back(self, prompt: Prompt) -> None:
        """It is the next again."""
        self._ahead.appendleft(prompt)

    def settle(self, prompt: Prompt, outcome: Outcome) -> Answer | None:
        """The prompt's answer, with how often it was asked again; None when it will be."""
        refused = outcome if isinstance(outcome, Refused) else None
        self._down_in_a_row = self._down_in_a_row + 1 if refused and refused.is_down else 0
        tries = self._tries.get(prompt.key, 0)
        if refused and tries < MOST_RETRIES and self._down_in_a_row < DOWN_AFTER:
            self._tries[prompt.key] = tries + 1
            wait = FIRST_WAIT * 2**tries if refused.after is None else refused.after
            heappush(self._again, (time.monotonic() + min(wait, LONGEST_WAIT), prompt.key, prompt))
            return None
        answer = outcome.answer if isinstance(outcome, Refused) else outcome
        return replace(answer, retries=self._tries.pop(prompt.key, 0)) if tries else answer

    @property
    def seconds(self) -> float:
        """Until the next refused one may be asked again; a long time without any."""
        return max(0.0, self._again[0][0] - time.monotonic()) if self._again else LONGEST_WAIT

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to ask."""
        self.look()
        return not self._again and not self._ahead


def ask_each(
    loop: Loop, ask: Ask, prompts: Iterable[Prompt], width: int, meter: Metered | None = None
) -> Iterator[list[Answer]]:
    """Ask each prompt, `width` at a time; yield what has come, in groups, empty ones when nothing has.

    A question counts as under way until the caller comes back for more after its answer: who stores answers before that
    has never more than `width` questions asked and not kept. What `ask` raises is raised here.
    """
    line, under_way = Line(prompts), 0
    try:
        while True:
            turn = _take(line, width - under_way, meter)
            loop.send(ask, turn.ready)
            under_way += len(turn.ready)
            if not under_way and not turn.never and line.is_empty:
                return
            line.look(width)  # while the others are under way, so that the next wait for no query
            came = [] if turn.never else loop.collect(min(PATIENCE, turn.wait if under_way < width else PATIENCE))
            for prompt, outcome in came if meter else ():
                meter.after(prompt, outcome)  # type: ignore[union-attr]
            yield turn.never + [answer for prompt, outcome in came if (answer := line.settle(prompt, outcome))]
            under_way -= len(came)
    finally:
        loop.drop()


@dataclass
class Turn:
    """What may be asked now, what never will be, and after how many seconds there may be more."""

    ready: list[Prompt]
    never: list[Answer]
    wait: float


def _take(line: Line, room: int, meter: Metered | None) -> Turn:
    turn = Turn([], [], PATIENCE)
    while len(turn.ready) < room and (prompt := line.take()):
        told = meter.before(prompt) if meter else 0.0
        if isinstance(told, Answer):
            turn.never.append(told)
        elif told > 0:
            line.put_back(prompt)
            turn.wait = told
            return turn
        else:
            turn.ready.append(prompt)
    turn.wait = line.seconds
    return turn
