"""`afs asm verify`: texts on the ladder of checks."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, clip, say
from datasets_app.domains.asm65816.commands.printing import count, say_table
from datasets_app.domains.asm65816.commands.reading import read_text, shown_name
from datasets_app.domains.asm65816.commands.samples import FILE_LIMIT, Sample, samples_of
from datasets_app.domains.asm65816.facts import BadSymbols, parse_symbols
from datasets_app.domains.asm65816.verify import LADDER, verify
from datasets_app.domains.asm65816.verify.asar import find_asar
from datasets_app.domains.base import NO_NAMES, Context, Finding, Names, Verdict

_CLIP = 100


class BadSymbolFile(Refusal):
    """{file}: {problem}"""


def add_verb(verbs: Verbs) -> None:
    """Register `afs asm verify`."""
    verb = verbs.add_parser("verify", help="check a text, or the samples of a file, and say what is wrong")
    verb.add_argument(
        "file", help="a text, a sample in JSON, JSONL, or Markdown with samples in ```json; - for standard input"
    )
    verb.add_argument("--json", action="store_true", help="print a line of JSON for each sample")
    verb.add_argument(
        "--asar", action="store_true", help="ask asar, too: its program on the PATH, or what AFS_ASAR names"
    )
    verb.add_argument("--symbols", metavar="FILE", help="a project's own names: JSON, or a WLA symbol file")
    verb.set_defaults(run=verify_command)


def verify_command(arguments: argparse.Namespace) -> int:
    """Verify and print; 1 where something is wrong. Raises BadSymbolFile; AsarMissing, AsarUnusable with --asar."""
    if arguments.asar:
        find_asar()
    text = read_text(arguments.file, most=FILE_LIMIT, advice="Split it.")
    samples = samples_of(text, shown_name(arguments.file))
    names = _names_in(arguments.symbols) if arguments.symbols else NO_NAMES
    wrong = 0
    for number, sample in enumerate(samples, 1):
        context = Context(sample.instruction, sample.input, sample.kind, names=names, thorough=arguments.asar)
        verdict = verify(sample.output, context)
        wrong += any(finding.level == "bad" for finding in verdict.findings)
        if arguments.json:
            print(json.dumps(as_json(number, sample, verdict)))
        else:
            say_verdict(number, sample, verdict)
    if not arguments.json:
        say(f"{count(len(samples), 'text')}, {wrong} with something wrong")
    return 1 if wrong else 0


def _names_in(path: str) -> Names:
    """The names of a symbol file. Raises BadSymbolFile."""
    try:
        return Names(parse_symbols(read_text(path, most=FILE_LIMIT, advice="Keep the names that matter.")).pairs)
    except BadSymbols as error:
        raise BadSymbolFile(file=shown_name(path), problem=error) from None


def as_json(number: int, sample: Sample, verdict: Verdict) -> dict[str, Any]:
    """What was found about a sample; `said` is its level in words."""
    about = {"sample": number, "line": sample.line, "instruction": sample.instruction}
    return {**about, **asdict(verdict), "said": LADDER[verdict.level]}


def say_verdict(number: int, sample: Sample, verdict: Verdict) -> None:
    """Print a verdict: the level in words, then the findings, the worst first."""
    title = f": {clip(sample.instruction, _CLIP)}" if sample.instruction else ""
    say(f"text {number} (line {sample.line}){title}")
    stopped = min((finding.rung for finding in verdict.findings if finding.level == "bad"), default=0)
    why = f"; stopped at “{LADDER[stopped]}”" if stopped else ""
    say(f"  level {verdict.level} of {len(LADDER) - 1}: {LADDER[verdict.level]}{why}{_measured(verdict)}")
    for finding in verdict.findings:
        for line in _finding_lines(finding, sample):
            say(line)
        if finding.table:
            say_table(finding.table, " " * 8)


def _measured(verdict: Verdict) -> str:
    if verdict.byte_count is None or verdict.cycles is None:
        return ""
    fewest, most = verdict.cycles
    cycles = f"{fewest:,} cycles or more" if most is None else f"{fewest:,} to {most:,} cycles"
    return f"; {count(verdict.byte_count, 'byte')}, {count(fewest, 'cycle') if fewest == most else cycles}"


def _finding_lines(finding: Finding, sample: Sample) -> Iterator[str]:
    place = f"line {finding.line} of the {finding.where}: " if finding.line else ""
    yield f"  {finding.level:4}  {place}{finding.message}  [{finding.code}]"
    lines = (sample.input if finding.where == "input" else sample.output).split("\n")
    if finding.line and finding.level != "ok" and finding.line <= len(lines):
        yield f"        {finding.line} | {lines[finding.line - 1].rstrip()}"
    if finding.hint:
        yield f"        hint: {finding.hint}"
