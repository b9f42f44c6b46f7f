"""`afs sample …`: list, search, show, edit, archive, export, bulk. Deciding one by one is `afs review`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from afsweb.core.acting import add_as
from afsweb.core.finding import NoSuchRow
from afsweb.core.models import EventSource, Role
from afsweb.core.templatetags.afs import decimals
from afsweb.pages import page_before
from afsweb.terminal import Verbs, add_limit, add_noun, clip, say, whole
from datasets_app.commands import bulk, purging
from datasets_app.commands.cards import say_card, say_difference, standing
from datasets_app.commands.filters import LARGEST_KEY, add_filters, as_address, similar_to, wanted_of
from datasets_app.commands.finding import find_sample
from datasets_app.commands.moment import export_moment, moment
from datasets_app.commands.review import edit_command
from datasets_app.commands.writing import add_format, write_samples
from datasets_app.comments.threads import load_comments
from datasets_app.errors import DatasetError
from datasets_app.exchange.errors import NothingFits
from datasets_app.exchange.exports import Writing, asked_for
from datasets_app.exchange.formats import WRITTEN
from datasets_app.exchange.formats.own import OWN
from datasets_app.history.about import deed_of
from datasets_app.models import Export, Sample, SampleVersion
from datasets_app.review.cards import Card, with_evidence
from datasets_app.review.decisions import archive
from datasets_app.review.diff import differences
from datasets_app.review.errors import ReviewError
from datasets_app.samples.listing import ranked_page
from datasets_app.samples.past import past_of
from datasets_app.samples.restoring import restore
from datasets_app.search.filters import listed_samples, with_beginnings
from datasets_app.search.hybrid import find_candidates
from datasets_app.search.neighbours import near_samples


class NothingToSearch(DatasetError):
    """Say what to look for: a text, or --near with a sample."""


class NotArchived(ReviewError):
    """Sample {sample} is not archived: there is nothing to bring back."""


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "sample", "training examples")
    _add_list(verbs.add_parser("list", help="the samples, newest first; archived ones only with --state archived"))
    _add_search(verbs.add_parser("search", help="the samples most like a text or a sample, best first"))
    bulk.add_bulk(verbs.add_parser("bulk", help="one action on many samples, as a job; and its undo"))
    purging.add_purge(verbs.add_parser("purge", help="delete a sample's texts everywhere, for good"))
    export = verbs.add_parser("export", help="write the samples that the filters ask for in a format")
    add_filters(export)
    add_format(export, OWN.key)
    export.add_argument("--as-of", type=moment, help="a domain as it was at a moment, such as 2026-11-26T14:00 in UTC")
    export.set_defaults(run=export_command)
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
    add_filters(parser)
    parser.add_argument("--before", type=whole(1, LARGEST_KEY), help="older ones than the sample of this number")
    add_limit(parser)
    parser.set_defaults(run=list_command)


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="TEXT", help="found by its words and by its meaning")
    parser.add_argument("--near", metavar="SAMPLE", help="look for what is near to this sample")
    add_filters(parser)
    add_limit(parser)
    parser.set_defaults(run=search_command)


def list_command(arguments: argparse.Namespace) -> None:
    wanted = wanted_of(arguments)
    page = page_before(listed_samples(wanted), str(arguments.before or ""), arguments.limit)
    _say_rows(page.rows)
    if page.next_cursor:
        print(f"there are older ones: --before {page.next_cursor}", file=sys.stderr)


def export_command(arguments: argparse.Namespace) -> None:
    """Write the samples that the filters ask for. Raises NothingFits, MomentNeedsDomain."""
    query = as_address(wanted_of(arguments))
    if arguments.as_of:
        export_moment(arguments, query)
    elif not asked_for(query).exists():
        raise NothingFits
    else:
        write_samples(Writing(None, Export(name="samples", query=query)), WRITTEN[arguments.format], arguments.output)


def search_command(arguments: argparse.Namespace) -> int:
    """The samples most like a text or a sample, best first; exit status 1 when nothing is, as grep does."""
    similar = similar_to(arguments)
    if not similar:
        raise NothingToSearch
    found = find_candidates(wanted_of(arguments) | similar)
    _say_rows(ranked_page(found, with_beginnings(Sample.objects.all()), "", arguments.limit).rows)
    print(found.sentence(), file=sys.stderr)
    return 0 if found.ids else 1


def _say_rows(samples: Iterable[Sample]) -> None:
    for sample in samples:
        say(f"{sample.pk:>8}  {_score(sample):12} {standing(sample):28} {sample.kind:14} {_question(sample)}")


def show_command(arguments: argparse.Namespace) -> None:
    """What the sample's page shows."""
    sample = with_evidence(Sample.objects.filter(pk=find_sample(arguments.sample).pk)).get()
    load_comments([sample])
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
        say(f"  {event.at:%Y-%m-%d %H:%M}  {deed_of(event)} by {event.actor or event.get_source_display()}")


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
    passes: bool | None = sample.passes  # type: ignore[attr-defined]
    return "not scored" if passes is None else f"{decimals(sample.overall)} {'passes' if passes else 'fails'}"


def _question(sample: Sample) -> str:
    return clip(sample.question, 100)  # type: ignore[attr-defined]
