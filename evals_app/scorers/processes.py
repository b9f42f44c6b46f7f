"""Processes that score: they load the scorers and nothing of Django, and end when their starter does."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor

from evals_app.scorers.base import Expected, Scored
from evals_app.scorers.catalog import get_scorer

MOST_PROCESSES = 8


def start_pool() -> ProcessPoolExecutor:
    """As many processes as there are cores, 8 at most; they start with the first work."""
    # Never a fork: a job's process has threads and connections to the database.
    context = multiprocessing.get_context("spawn")
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_the_starter)


def score_by_name(name: str, expected: Expected, answer: str) -> Scored:
    """What they do, each for one answer at a time."""
    return get_scorer(name).score(expected, answer)


def _end_with_the_starter() -> None:
    # Each holds both ends of the pipe that work comes through, so it would wait for ever for a starter that was killed.
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    starter = multiprocessing.parent_process()
    if starter is not None:
        starter.join()
        os._exit(1)
