"""`afs sample …`: list, show, version, edit, archive, restore. Deciding on them is `afs review`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from afsweb.core.acting import add_as
from afsweb.core.finding import NoSuchRow
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Role
from afsweb.core.templatetags.afs import decimals
from afsweb.pages import page_before
from afsweb.terminal import Verbs, add_limit, add_noun, clip, say, whole
from datasets_app.commands.cards import say_card, say_difference, standing
from datasets_app.commands.finding import find_domain, find_sample, find_source
from datasets_app.commands.review import edit_command
from datasets_app.models import Decider, Sample, SampleState, SampleVersion
from datasets_app.review.cards import Card, with_evidence
from datasets_app.review.decisions import archive
from datasets_app.review.diff import differences
from datasets_app.review.errors import ReviewError
from datasets_app.samples.filters import BELOW, FROM, LADDER, listed_samples
from datasets_app.samples.neighbours import near_samples
from datasets_app.samples.past import past_of
from datasets_app.samples.restoring import restore

DECIDERS = ["nobody", *(value for value in Decider.values if value)]
LARGEST_KEY = 10**18 - 1


class NotArchived(ReviewError):
    """Sample {sample} is not archived: there is nothing to bring back."""


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "sample", "training examples")
    _add_list(verbs.add_parser("list", help="the samples, newest first; archived ones only with --state archived"))
    for name, run, text in (
        ("show", show_command, "its text, evidence, scores, decisions, history, and what is near"),
        ("version", version_command, "what a version says, and what an edit changed"),
        ("edit", edit_command, "edit its text in $EDITOR"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("sample", help="its number or id")
        verb.set_defaults(run=run)
        if name == "edit":
            add_as(verb, Role.REVIEWER)
        if name == "version":
            verb.add_argument("number", nargs="?", type=whole(1, 2**31 - 1), help="the current one unless given")
    for name, run, text in (
        ("archive", archive_command, "put samples aside: no queue and no new snapshot takes them"),
        ("restore", restore_command, "bring archived samples back; they wait for review again"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("samples", nargs="+", metavar="SAMPLE", help="its number or id")
        verb.set_defaults(run=run)


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", help="words that it holds, as in a web search")
    parser.add_argument("--domain", help="such as asm65816")
    parser.add_argument("--state", choices=SampleState.values)
    parser.add_argument("--decided-by", choices=DECIDERS)
    parser.add_argument("--golden", choices=("yes", "no"))
    parser.add_argument("--flagged", choices=("yes", "no"), help="for another pair of eyes, and not resolved")
    parser.add_argument("--passes", choices=("yes", "no"), help="the current gate")
    rung = whole(1, len(LADDER) - 1)
    checks = parser.add_mutually_exclusive_group()
    checks.add_argument("--reached", type=rung, metavar="STEP", help="came at least to this step of the checks")
    checks.add_argument("--below", type=rung, metavar="STEP", help="did not come to this step of the checks")
    parser.add_argument("--finding", help="a code that the verifier found, such as register_contradicted")
    parser.add_argument("--kind")
    parser.add_argument("--source", help="its name or id")
    parser.add_argument("--before", type=whole(1, LARGEST_KEY), help="older ones than the sample of this number")
    add_limit(parser)
    parser.set_defaults(run=list_command)


def list_command(arguments: argparse.Namespace) -> None:
    same = ("kind", "state", "decided_by", "golden", "flagged", "passes", "finding")
    told = {"q": arguments.text} | {name: getattr(arguments, name) for name in same}
    wanted: dict[str, Any] = {name: storable(value) for name, value in told.items() if value}
    for way, step in ((FROM, arguments.reached), (BELOW, arguments.below)):
        if step:
            wanted["reached"] = f"{way}-{step}"
    if arguments.domain:
        wanted["domain"] = find_domain(arguments.domain)
    if arguments.source:
        wanted["source"] = find_source(arguments.source)
    page = page_before(listed_samples(wanted), str(arguments.before or ""), arguments.limit)
    for sample in page.rows:
        say(f"{sample.pk:>8}  {_score(sample):12} {standing(sample):28} {sample.kind:14} {_question(sample)}")
    if page.next_cursor:
        print(f"there are older ones: --before {page.next_cursor}", file=sys.stderr)


def show_command(arguments: argparse.Namespace) -> None:
    """What the sample's page shows."""
    sample = with_evidence(Sample.objects.filter(pk=find_sample(arguments.sample).pk)).get()
    card = Card(sample)
    say_card(card)
    say(f"group {sample.group_id}, sha256 {card.version.sha256}, licence {sample.source.licence or '—'}")
    for one in near_samples(sample):
        same = ", same group" if one.same_group else ", near-duplicate" if one.is_duplicate else ""
        say(f"near {one.sample.pk}: cosine {decimals(one.cosine, 3)}{same}: {clip(one.text, 80)}")
    _say_past(sample)


def _say_past(sample: Sample) -> None:
    past = past_of(sample)
    for review in past["reviews"]:
        why = ": ".join(part for part in (review.get_reason_display(), review.note) if part)
        undone = ", undone" if review.undone_at else ""
        who = review.reviewer or review.gate
        say(f"{review.created_at:%Y-%m-%d %H:%M}  {review.get_decision_display()} by {who}{undone}  {why}".rstrip())
    for version in past["versions"]:
        say(f"{version.created_at:%Y-%m-%d %H:%M}  version {version.number} by {version.author or 'its source'}")
    for event in past["history"]:
        say(f"  {event.at:%Y-%m-%d %H:%M}  {event.verb} by {event.actor or event.get_source_display()}")


def version_command(arguments: argparse.Namespace) -> None:
    """What the version's page shows."""
    sample = find_sample(arguments.sample)
    number = arguments.number
    rows = SampleVersion.objects.select_related("parent", "author").defer("search", "parent__search")
    version = rows.filter(sample=sample, **({"number": number} if number else {"current_of": sample})).first()
    if version is None:
        raise NoSuchRow(noun=f"version of sample {sample.pk}", name=number)
    by = version.author or "its source"
    say(f"Sample {sample.pk}, version {version.number} by {by}, {version.created_at:%Y-%m-%d %H:%M}")
    for message in version.chat():
        say(f"\n{message['role'].capitalize()}\n{message['content']}")
    for difference in differences(version.parent.text(), version.text()) if version.parent else ():
        say_difference(difference)


def archive_command(arguments: argparse.Namespace) -> None:
    for sample in [find_sample(called) for called in arguments.samples]:
        archive(None, sample, revision=sample.revision, source=EventSource.CLI)
        say(f"Sample {sample.pk}: archived, no queue and no new snapshot takes it")


def restore_command(arguments: argparse.Namespace) -> None:
    for sample in [find_sample(called) for called in arguments.samples]:
        if not restore(None, sample, source=EventSource.CLI):
            raise NotArchived(sample=sample.pk)
        say(f"Sample {sample.pk}: it waits for review again")


def _score(sample: Sample) -> str:
    assert sample.current is not None
    for score in sample.current.scores.all():
        return f"{decimals(score.overall)} {'passes' if score.passes else 'fails'}"
    return "not scored"


def _question(sample: Sample) -> str:
    return clip(sample.question, 100)  # type: ignore[attr-defined]
