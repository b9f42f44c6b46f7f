"""Which runs an address asks for: `?suite=…&baseline=RUN&run=RUN&run=RUN`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from afsweb.core.models import WorkState
from evals_app.board.board import MOST, Board
from evals_app.models import EvalRun, Suite

ADDABLE = 50
SUITES = 200


@dataclass(frozen=True)
class Choice:
    """The runs asked for, the baseline's first; `gone`: how many of those asked for are not there, not finished, or
    beyond the eight that a board holds."""

    suite: Suite | None
    runs: list[EvalRun] = field(default_factory=list)
    gone: int = 0


@dataclass(frozen=True)
class Chip:
    """A version on the board, with the addresses that make it the baseline or take it off."""

    run: EvalRun
    is_baseline: bool
    as_baseline: str
    without: str


def choose(query: QueryDict) -> Choice:
    """What the address asks for; with a suite alone the newest run of each version on it, the oldest as the baseline.

    With nothing at all, the suite that was answered last. Two queries at most.
    """
    wanted = _uuids([query.get("baseline", ""), *query.getlist("run")])
    if wanted:
        found = {run.uuid: run for run in finished_runs().filter(uuid__in=wanted[:MOST])}
        runs = [found[uuid] for uuid in wanted[:MOST] if uuid in found]
        return Choice(runs[0].suite if runs else None, runs, len(wanted) - len(runs))
    suite = _suite(query.get("suite", ""))
    return Choice(suite, newest_of_each_version(suite) if suite else [])


def newest_of_each_version(suite: Suite) -> list[EvalRun]:
    """The newest finished run of each version on these cases, the newest 8 of them, oldest first."""
    runs = finished_runs().filter(suite__sha256=suite.sha256, suite__scorer=suite.scorer)
    newest = runs.order_by("version", "-pk").distinct("version")
    return sorted(newest, key=lambda run: run.pk)[-MOST:]


def finished_runs() -> QuerySet[EvalRun]:
    """Finished evaluations with what a board reads of them."""
    rows = EvalRun.objects.filter(state=WorkState.SUCCEEDED)
    return rows.select_related("suite", "version")


def addable(board: Board) -> list[EvalRun]:
    """Finished runs of the same cases that are not on the board, newest first; none when it is full."""
    if len(board.runs) >= MOST:
        return []
    others = finished_runs().filter(suite__sha256=board.suite.sha256).exclude(pk__in=[run.pk for run in board.runs])
    return list(others.order_by("-pk")[:ADDABLE])


def suites_answered() -> list[Suite]:
    """Suites that somebody has answered, for choosing."""
    return list(Suite.objects.filter(runs__state=WorkState.SUCCEEDED).distinct().order_by("slug", "-number")[:SUITES])


def chips(board: Board) -> list[Chip]:
    """The versions of the board with their addresses."""
    return [
        Chip(
            run,
            is_baseline=run == board.baseline,
            as_baseline=board_url([run, *(other for other in board.runs if other != run)]),
            without=board_url([other for other in board.runs if other != run]),
        )
        for run in board.runs
    ]


def board_url(runs: Sequence[EvalRun], name: str = "show_board", *args: str) -> str:
    """The address of the board of these runs, the baseline's first, or of another page about it."""
    told = [("suite", runs[0].suite.uuid), ("baseline", runs[0].uuid)] if runs else []
    return f"{reverse(name, args=args)}?{urlencode([*told, *(('run', run.uuid) for run in runs[1:])])}"


def _suite(text: str) -> Suite | None:
    if named := _uuids([text]):
        return Suite.objects.filter(uuid=named[0]).first()
    newest = finished_runs().order_by("-pk").first()
    return newest.suite if newest else None


def _uuids(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are uuids, each once."""
    found: dict[UUID, None] = {}
    for text in texts:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)
