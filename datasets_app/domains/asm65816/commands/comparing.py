"""`afs asm equiv`: do two routines do the same?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, say, whole
from datasets_app.domains.asm65816.assembler import Assembly
from datasets_app.domains.asm65816.commands.printing import count, say_diagnostics, say_table
from datasets_app.domains.asm65816.commands.reading import read_text
from datasets_app.domains.asm65816.execution.comparing import LIVE_OUT
from datasets_app.domains.asm65816.execution.equivalence import SECONDS, STATES, Equivalence, compare_routines
from datasets_app.domains.asm65816.execution.program import Program, load
from datasets_app.domains.asm65816.execution.state import Widths
from datasets_app.domains.asm65816.execution.tables import difference_table
from datasets_app.domains.asm65816.execution.widths import common_widths
from datasets_app.domains.asm65816.lint import timing
from datasets_app.domains.asm65816.verify.code import assemble_fragment

_LONGEST = 600.0  # seconds


class DoesNotAssemble(Refusal):
    """{path} does not assemble: see above."""


class NothingToRun(Refusal):
    """{path} cannot be run: {reason}"""


class NotCompared(Refusal):
    """They could not be compared: {reason}."""


def add_verb(verbs: Verbs) -> None:
    """Register `afs asm equiv`."""
    verb = verbs.add_parser("equiv", help="run two routines from many states: do they do the same?")
    verb.add_argument("first", help="the routine that is right")
    verb.add_argument("second", help="the one that should do the same")
    verb.add_argument(
        "--live-out",
        type=_names,
        metavar="NAMES",
        help=f"the results that count, of {','.join(LIVE_OUT)}, or none; unless given, those that differ are told",
    )
    verb.add_argument("--states", type=whole(1, 1_000_000), default=STATES, help=f"{STATES:,} unless given")
    verb.add_argument(
        "--seconds", type=_seconds, default=SECONDS, help=f"no longer than this; {SECONDS:g} unless given"
    )
    verb.add_argument("--seed", type=whole(0, 2**32 - 1), default=0, help="other states; 0 unless given")
    verb.set_defaults(run=compare_command)


def compare_command(arguments: argparse.Namespace) -> int:
    """Compare and print; 1 where they differ."""
    first, second = _assembled(arguments.first), _assembled(arguments.second)
    widths = common_widths(first, second)
    found = compare_routines(
        _program(first, arguments.first),
        _program(second, arguments.second),
        widths,
        live_out=arguments.live_out,
        count=arguments.states,
        seconds=arguments.seconds,
        seed=arguments.seed,
    )
    if not found.tried:
        raise NotCompared(reason=found.cut)
    say_found(found, widths)
    _say_sizes(arguments, (first, second), found)
    return 0 if found.equal else 1


def say_found(found: Equivalence, widths: Sequence[Widths]) -> None:
    """Print what the comparison showed."""
    entered = " or ".join(f"{8 if one.m else 16}/{8 if one.x else 16}" for one in widths)
    cut = f", of those asked for no more because {found.cut}" if found.cut else ""
    if found.state is None:
        say(f"the same from {count(found.tried, 'state')}{cut} (A/X bits at entry: {entered})")
        if found.aside:
            say(f"they may leave different values in {', '.join(found.aside)}; --live-out says which results count")
        return
    say(f"different: the {_nth(found.tried)} state tells them apart (A/X bits at entry: {entered})")
    say_table(difference_table(found))


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
    return f"{number:,}{ending}"


def _say_sizes(arguments: argparse.Namespace, both: Sequence[Assembly], found: Equivalence) -> None:
    averages = [f"{spent / found.tried:.1f}" if found.equal else "—" for spent in found.cycles]
    rows = [("", "bytes", "cycles", "cycles on average")]
    for name, assembly, average in zip((arguments.first, arguments.second), both, averages, strict=True):
        time = timing(assembly)
        most = "no bound known" if time.most is None else f"{time.most:,}"
        rows.append((name, f"{len(assembly.code):,}", f"{time.fewest:,} to {most}", average))
    say_table(rows)


def _assembled(name: str) -> Assembly:
    source = read_text(name)
    assembly = assemble_fragment(source)
    if not assembly.ok:
        say_diagnostics([one for one in assembly.diagnostics if one.severity == "error"], source)
        raise DoesNotAssemble(path=name)
    return assembly


def _program(assembly: Assembly, name: str) -> Program:
    try:
        return load(assembly)
    except ValueError as error:
        raise NothingToRun(path=name, reason=error) from None


def _names(text: str) -> tuple[str, ...]:
    names = () if text.strip().lower() == "none" else tuple(part.strip().lower() for part in text.split(","))
    wrong = [name for name in names if name not in LIVE_OUT]
    if wrong:
        raise argparse.ArgumentTypeError(f"“{wrong[0]}” is none of {', '.join(LIVE_OUT)}")
    return names


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds up to {_LONGEST:g}")
    return seconds
