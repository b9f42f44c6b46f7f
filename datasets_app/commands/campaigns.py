"""`afs campaign …`: launch, list, show, stop, continue; `afs generate` is a short form of launch."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_row
from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.text import storable
from afsweb.core.models import Endpoint, EventSource
from afsweb.core.naming import find_named
from afsweb.core.templatetags.afs import decimals
from afsweb.llm.ledger import spent
from afsweb.terminal import Verbs, add_limit, add_noun, clip, dollars, say, whole, words
from datasets_app.commands.finding import find_domain
from datasets_app.generation.forms import MOST_SAMPLES
from datasets_app.generation.launch import Writer, continue_campaign, count_items, launch_campaign
from datasets_app.generation.prompts import default_prompt
from datasets_app.models import Campaign, Domain, ItemState, PromptVersion

LARGEST_SEED = 2**31 - 1


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "campaign", "generation runs")
    _add_launch(verbs.add_parser("launch", help="generate samples"))
    _add_launch(subparsers.add_parser("generate", help="the same as `afs campaign launch`"))
    listing = verbs.add_parser("list", help="the campaigns")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    for name, run, text in (
        ("show", show_command, "what was written, what it cost, what went wrong"),
        ("stop", stop_command, "stop after what is under way; what was written stays"),
        ("continue", continue_command, "write what was planned and is not written yet"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("campaign", help="its name or its id in the address of its page")
        verb.set_defaults(run=run)


def _add_launch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", type=words(200), help="what to call the campaign")
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--generator", required=True, help="such as register_facts")
    parser.add_argument("--samples", type=whole(1, MOST_SAMPLES), required=True, help="at most")
    parser.add_argument("--seed", type=whole(0, LARGEST_SEED), default=0)
    parser.add_argument(
        "--kinds", nargs="+", default=[], metavar="KIND", help="of what the generator writes only these"
    )
    parser.add_argument("--topics", nargs="+", default=[], metavar="TOPIC", help="only what is about these")
    parser.add_argument("--endpoint", help="a Gemini endpoint that words the samples; the program does unless given")
    parser.add_argument("--prompt", help="its prompt, such as mine or mine:2; the one of afsweb unless given")
    parser.add_argument("--budget", type=dollars, default=dollars("0"), help="US dollars, with an endpoint")
    parser.set_defaults(run=launch_command)


def launch_command(arguments: argparse.Namespace) -> None:
    domain = find_domain(arguments.domain)
    writer = None
    if arguments.endpoint:
        endpoint = find_row(Endpoint.objects.all(), arguments.endpoint, name=arguments.endpoint)
        writer = Writer(endpoint, _prompt(arguments.prompt, domain), arguments.budget)
    campaign = launch_campaign(
        arguments.name,
        domain,
        arguments.generator,
        arguments.samples,
        by=None,
        seed=arguments.seed,
        kinds=[storable(kind) for kind in arguments.kinds],
        topics=[storable(topic) for topic in arguments.topics],
        writer=writer,
        source=EventSource.CLI,
    )
    say(f"{campaign}: queued  {campaign.get_absolute_url()}")


def _prompt(called: str | None, domain: Domain) -> PromptVersion:
    if called is None:
        return default_prompt(domain)
    name, _, number = called.partition(":")
    prompts = PromptVersion.objects.filter(number=number) if number.isdecimal() else PromptVersion.objects.all()
    return find_row(prompts, called, name=name)


def list_command(arguments: argparse.Namespace) -> None:
    campaigns = Campaign.objects.select_related("domain", "endpoint", "job").order_by("-pk")
    for campaign in campaigns[: arguments.limit]:
        worded = f"{campaign.generator}, worded by {campaign.endpoint or 'the program'}"
        about = f"{campaign.domain.slug:10} {campaign.target:>7,} wanted"
        say(f"{campaign.uuid}  {campaign.shown_state.label:10} {about}  {campaign.name}: {worded}")


def show_command(arguments: argparse.Namespace) -> None:
    campaign = _find(arguments)
    counts = count_items(campaign)
    say(f"{campaign}: {campaign.shown_state.label}, {counts['done']:,} of {counts['all']:,} written")
    say(f"{campaign.domain}, {campaign.generator}, seed {campaign.seed}  {campaign.get_absolute_url()}")
    if campaign.shown_error:
        say(f"What went wrong: {campaign.shown_error}")
    say(f"{counts['failed']:,} failed, {counts['unknown']:,} never answered")
    if campaign.endpoint:
        paid = decimals(spent(f"campaign:{campaign.uuid}:"), 4)
        say(f"{paid} of {decimals(campaign.budget)} US dollars spent or reserved at {campaign.endpoint}")
    problems = campaign.items.filter(state__in=(ItemState.FAILED, ItemState.UNKNOWN)).order_by("-index")[:10]
    for item in problems:
        say(f"  item {item.index}, {item.get_state_display()}: {item.error or 'no reason was given'}")
    written = campaign.items.filter(state=ItemState.DONE, sample__current__isnull=False)
    for item in written.select_related("sample__current").order_by("-index")[:5]:
        assert item.sample is not None and item.sample.current is not None
        say(f"  {item.sample.pk:>8}  {clip(item.sample.current.instruction, 100)}")


def stop_command(arguments: argparse.Namespace) -> None:
    campaign = _find(arguments)
    stop_work(campaign, None, EventSource.CLI)
    say(f"{campaign}: it stops after what is under way; what was written stays")


def continue_command(arguments: argparse.Namespace) -> None:
    campaign = _find(arguments)
    continue_campaign(campaign, by=None, source=EventSource.CLI)
    say(f"{campaign}: in the line again")


def _find(arguments: argparse.Namespace) -> Campaign:
    return find_named(Campaign.objects.select_related("domain", "endpoint", "job"), arguments.campaign)
