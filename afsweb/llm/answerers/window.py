"""Keeping a fixed number of requests under way from threads, while the caller stores what has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread

from afsweb.llm.answering import Answer, Prompt

PATIENCE = 0.5  # seconds without an answer after which the caller may look around

Outcome = Answer | BaseException


def ask_each(ask: Callable[[Prompt], Answer], prompts: Iterable[Prompt], width: int) -> Iterator[list[Answer]]:
    """Call `ask` for each prompt, `width` at a time; yield what has come, in groups, empty ones when nothing has.

    As many prompts again lie ready for the threads, so that storing a group holds up no request. Daemon threads: a stop
    does not wait for a slow answer. What `ask` raises is raised here.
    """
    todo: SimpleQueue[Prompt | None] = SimpleQueue()
    done: SimpleQueue[Outcome] = SimpleQueue()
    waiting = iter(prompts)
    for _ in range(width):
        Thread(target=_work, args=(ask, todo, done), daemon=True).start()
    try:
        open_requests = _send(todo, islice(waiting, 2 * width))
        while open_requests:
            group = _collect(done)
            open_requests -= len(group)
            # As many as there is room for, not as many as came: a caller's prompts may run dry and come again.
            open_requests += _send(todo, islice(waiting, 2 * width - open_requests))
            yield group
    finally:
        with suppress(Empty):
            while True:
                todo.get_nowait()
        for _ in range(width):
            todo.put(None)


def _work(ask: Callable[[Prompt], Answer], todo: SimpleQueue[Prompt | None], done: SimpleQueue[Outcome]) -> None:
    while (prompt := todo.get()) is not None:
        try:
            done.put(ask(prompt))
        except BaseException as error:
            done.put(error)
            raise


def _send(todo: SimpleQueue[Prompt | None], prompts: Iterable[Prompt]) -> int:
    count = 0
    for prompt in prompts:
        todo.put(prompt)
        count += 1
    return count


def _collect(done: SimpleQueue[Outcome]) -> list[Answer]:
    group: list[Answer] = []
    try:
        outcome = done.get(timeout=PATIENCE)
        while True:
            if isinstance(outcome, BaseException):
                raise outcome
            group.append(outcome)
            outcome = done.get_nowait()
    except Empty:
        return group
