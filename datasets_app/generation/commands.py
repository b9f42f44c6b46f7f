"""`afs generate`: a campaign from the command line."""

from __future__ import annotations

import argparse
from decimal import Decimal

from afsweb.core.finding import find_row
from afsweb.core.models import Endpoint, EventSource
from datasets_app.generation.launch import Writer, launch_campaign
from datasets_app.generation.prompts import default_prompt
from datasets_app.models import Domain


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register this package's sub-command."""
    parser = subparsers.add_parser("generate", help="generate samples")
    parser.add_argument("name", help="what to call the campaign")
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--generator", required=True, help="such as register_facts")
    parser.add_argument("--samples", type=int, required=True, help="at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--endpoint", help="a Gemini endpoint that words the samples; the program does unless given")
    parser.add_argument("--budget", type=Decimal, default=Decimal(0), help="US dollars, with an endpoint")
    parser.set_defaults(run=generate_command)


def generate_command(arguments: argparse.Namespace) -> None:
    domain = find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain)
    writer = None
    if arguments.endpoint:
        endpoint = find_row(Endpoint.objects.all(), arguments.endpoint, name=arguments.endpoint)
        writer = Writer(endpoint, default_prompt(domain), arguments.budget)
    campaign = launch_campaign(
        arguments.name,
        domain,
        arguments.generator,
        arguments.samples,
        by=None,
        seed=arguments.seed,
        writer=writer,
        source=EventSource.CLI,
    )
    print(f"{campaign}: queued  {campaign.get_absolute_url()}")
