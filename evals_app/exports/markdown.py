"""A board as Markdown, with the page's figures as the page writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from afsweb.core.templatetags.afs import decimals, number, signed
from evals_app.board.board import Board, Column
from evals_app.board.cases import Row, rows_of, sorted_into_tabs
from evals_app.board.lines import Gain
from evals_app.compare.report import Difference, Report
from evals_app.models import Case
from evals_app.templatetags.evals import dollars, p_value, relative, spread

LISTED = 100  # cases of a kind; report.json and cases.csv hold all


def as_markdown(board: Board) -> str:
    """Verdicts, comparability, categories, scores, costs, and the cases that changed."""
    parts = [_head(board), _verdicts(board), _agreed(board), _forest(board), _heat(board), _usage(board), _cases(board)]
    return "\n".join(line for part in parts for line in part)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a table, with an empty one behind it."""
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from (_row([str(cell) for cell in row]) for row in rows)
    yield ""


def plain(text: object) -> str:
    """Text of anybody on one line, without what Markdown would obey."""
    line = " ".join(str(text).split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~" else sign for sign in line)


def interval(found: Difference | None) -> str:
    """+0.01 to +0.23, as under a verdict."""
    return f"{signed(found.paired.low)} to {signed(found.paired.high)}" if found else "—"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(board: Board) -> Iterator[str]:
    others = ", ".join(plain(column.run.version) for column in board.columns)
    yield f"# {others} against {plain(board.baseline.version)}"
    yield ""
    yield f"{plain(board.suite)}, {number(board.size)} cases, sha256 `{board.suite.sha256}`."
    yield ""


def _verdicts(board: Board) -> Iterator[str]:
    head = ["Candidate", "Score", "Difference", "Relative", "95 % interval", "Verdict", "p", "p (Holm)", "Noise floor"]
    yield "## Verdicts"
    yield ""
    yield from table([*head, "Fixed", "Broke", "Unparsed"], (_verdict(*told) for told in board.computed))
    for column in board.columns:
        if column.refusal:
            yield f"{plain(column.run.version)} is not comparable: {plain(column.refusal)}."
            yield ""
    for column, report in board.computed:
        yield from _remarks(column, report)


def _verdict(column: Column, report: Report) -> list[str]:
    found, paired = report.difference, report.difference.paired if report.difference else None
    scores = f"{decimals(_value(report, 'baseline'))} → {decimals(_value(report, 'candidate'))}"
    gain = [signed(paired.difference), relative(paired.relative)] if paired else ["—", "—"]
    p_values = [p_value(paired.p), p_value(column.p_holm)] if paired else ["—", "—"]
    counts = [number(report.fixed), number(report.broke)]
    unparsed = f"{number(report.baseline.unparsed)} → {number(report.candidate.unparsed)}"
    judged = [column.words or "no case was answered by both", *p_values, decimals(report.noise_floor)]
    return [plain(column.run.version), scores, *gain, interval(found), *judged, *counts, unparsed]


def _remarks(column: Column, report: Report) -> Iterator[str]:
    version = plain(column.run.version)
    if report.is_noise:
        yield f"{version}: below the noise floor of {decimals(report.noise_floor)}; no news."
        yield ""
    if report.without_leaked:
        paired = report.without_leaked.paired
        said = f"{report.without_leaked.words} ({signed(paired.difference)}, {interval(report.without_leaked)})"
        yield f"{version}, without the cases whose question stands in training data: {said}."
        yield ""
    if collapse := report.confusion["candidate"].collapse:
        yield f"{version}: {plain(collapse)}"
        yield ""
    if column.comparison and column.comparison.note:
        yield f"> {version}: {plain(column.comparison.note)}"
        yield ""


def _agreed(board: Board) -> Iterator[str]:
    yield "## Comparable on"
    yield ""
    for one in board.agreed:
        where = f": {', '.join(map(plain, one.differs_in))}" if one.differs_in else ""
        yield f"- {one.name} {'not known' if one.state == 'unknown' else one.state}{where}"
    yield ""


def _forest(board: Board) -> Iterator[str]:
    yield "## Difference by category"
    yield ""
    rows = ([plain(line.name), plain(gain.version), *_gain(gain)] for line in board.lines for gain in line.gains)
    yield from table(["Category", "Candidate", "Facts", "Difference", "95 % interval", "Verdict", "p (BH)"], rows)
    yield "Categories are exploratory: their p values are adjusted for looking at all of them (Benjamini-Hochberg)."
    yield ""


def _gain(gain: Gain) -> list[str]:
    found = gain.found
    if found is None:
        return ["—"] * 5
    words = f"{found.words}; below the noise floor" if gain.is_noise else found.words
    figures = [number(found.paired.clusters), signed(found.paired.difference), interval(found)]
    return [*figures, words, p_value(gain.p_adjusted)]


def _heat(board: Board) -> Iterator[str]:
    yield "## Score by category"
    yield ""
    versions = [plain(run.version) for run in board.shown_runs]
    rows = (
        [plain(line.name), number(line.cases)]
        + [f"{decimals(one.estimate and one.estimate.value)} ({spread(one.estimate)})" for one in line.scores]
        for line in board.lines
    )
    yield from table(["Category", "Cases", *versions], rows)


def _usage(board: Board) -> Iterator[str]:
    yield "## Cost, time and tokens"
    yield ""
    head = [
        "Version",
        "Answers",
        "Failed",
        "Input tokens",
        "Output tokens",
        "Median ms",
        "95 % below, ms",
        "US dollars",
    ]
    rows = []
    for run, side in board.sides:
        used = side.usage
        told = [used.input_tokens, used.output_tokens] if used else [None, None]
        times = [used.median_ms, used.slow_ms] if used else [None, None]
        counts = [number(side.answers), number(side.failed), *map(number, told)]
        spent = dollars(used.dollars if used else None)
        rows.append([plain(run.version), *counts, *(decimals(time, 0) for time in times), spent])
    yield from table(head, rows)


def _cases(board: Board) -> Iterator[str]:
    tabs = sorted_into_tabs(rows_of(board))
    for title, name in (("Broke", "broke"), ("Fixed", "fixed"), ("Unstable", "unstable")):
        rows = tabs[name]
        if rows:
            more = f", the first {LISTED}" if len(rows) > LISTED else ""
            yield f"## {title}: {number(len(rows))} cases{more}"
            yield ""
            yield from _listed(board, rows[:LISTED])


def _listed(board: Board, rows: Sequence[Row]) -> Iterator[str]:
    cases = Case.objects.in_bulk([row.case for row in rows])
    versions = [plain(run.version) for run in board.shown_runs]
    lines = []
    for row in rows:
        case = cases[row.case]
        before = next((change.baseline for change in row.changes if change), None)
        after = [decimals(change.candidate) if change else "—" for change in row.changes]
        lines.append([plain(case.key), plain(case.question), decimals(before), *after])
    yield from table(["Case", "Question", *versions], lines)


def _value(report: Report, side: str) -> float | None:
    score = report.baseline.score if side == "baseline" else report.candidate.score
    return score.value if score else None
