"""Endpoints from the terminal: `afs endpoint list`, `show`, `add`, `edit`, `price`, `test`, `models`."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.forms.models import model_to_dict

from afsweb.commands.checking import check
from afsweb.core.models import Endpoint, EventSource, Provider, ProviderKey
from afsweb.core.naming import find_named
from afsweb.core.templatetags.afs import decimals
from afsweb.llm.answerers.openai_compatible import list_models
from afsweb.llm.endpoints import save_endpoint, save_price, spent_on
from afsweb.llm.forms import OVER_THE_NETWORK, EndpointForm, PriceForm, capabilities_of
from afsweb.llm.trial import try_endpoint
from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, add_limit, add_noun, say

SHOWN_CALLS = 10


class LocalWeights(Refusal):
    """“{endpoint}” stands for weights on this machine: it came with its model version and has nothing to change."""


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "endpoint", "what answers")
    listing = verbs.add_parser("list", help="everything that answers")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    show = verbs.add_parser("show", help="its prices, what was spent on it, its newest calls")
    show.set_defaults(run=show_command)
    add = verbs.add_parser("add", help="add something that answers over the network")
    add.set_defaults(run=add_command)
    edit = verbs.add_parser("edit", help="change what is given; an empty text empties it")
    edit.set_defaults(run=edit_command)
    price = verbs.add_parser("price", help="what it costs from a day on; older prices stay")
    price.set_defaults(run=price_command)
    test = verbs.add_parser("test", help="ask it one short question; a paid call where it has a price")
    test.set_defaults(run=test_command)
    models = verbs.add_parser("models", help="the models that its server has")
    models.set_defaults(run=models_command)
    for verb in (show, add, edit, price, test, models):
        verb.add_argument("endpoint", help="its name")
    _add_fields(add, required=True)
    edit.add_argument("--name", default=argparse.SUPPRESS, help="another name")
    _add_fields(edit, required=False)
    _add_price_fields(price)


def _add_fields(verb: argparse.ArgumentParser, *, required: bool) -> None:
    absent: dict[str, Any] = {"default": argparse.SUPPRESS}
    providers = [value for value, _ in OVER_THE_NETWORK]
    verb.add_argument("--provider", choices=providers, required=required, **absent)
    verb.add_argument("--model", required=required, help="the model's name at the provider", **absent)
    verb.add_argument("--url", dest="base_url", help="such as http://127.0.0.1:11434/v1", **absent)
    verb.add_argument("--key", help="the name of a kept key", **absent)
    verb.add_argument("--requests-per-minute", **absent)
    verb.add_argument("--concurrency", help="requests at once; 16 unless given", **absent)
    seed: dict[str, Any] = {"dest": "honours_seed", "help": "the same seed gives the same answer"}
    verb.add_argument("--seed", action=argparse.BooleanOptionalAction, **seed, **absent)
    verb.add_argument("--shuts-down-on", metavar="YYYY-MM-DD", help="no campaign starts after it", **absent)
    verb.add_argument("--active", action=argparse.BooleanOptionalAction, dest="is_active", help="in use", **absent)


def _add_price_fields(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--since", default=f"{date.today()}", metavar="YYYY-MM-DD", help="today unless given")
    verb.add_argument("--input", dest="input_per_million", required=True, help="US dollars per million tokens")
    verb.add_argument("--output", dest="output_per_million", required=True, help="the same, thinking included")
    verb.add_argument("--cached-input", dest="cached_input_per_million", help="the same, of input that was cached")
    verb.add_argument("--source", required=True, help="where the figures were read, and when")


def list_command(arguments: argparse.Namespace) -> None:
    for endpoint in Endpoint.objects.order_by("-pk").prefetch_related("prices")[: arguments.limit]:
        price = next(iter(endpoint.prices.all()), "no price")
        off = "" if endpoint.is_active else "  off"
        about = "" if endpoint.provider == Provider.TRANSFORMERS else f"  {price}"
        say(f"{endpoint.name:32} {endpoint.get_provider_display():24} {endpoint.model}{about}{off}")


def show_command(arguments: argparse.Namespace) -> None:
    endpoint = find_named(Endpoint.objects.select_related("key"), arguments.endpoint)
    say(f"{endpoint.name}: {endpoint.get_provider_display()}, {endpoint.model}  {endpoint.base_url}".rstrip())
    say(f"{'in use' if endpoint.is_active else 'off'}, key {endpoint.key or '—'}")
    if endpoint.shuts_down_on:
        say(f"its provider shuts it down on {endpoint.shuts_down_on}")
    for price in endpoint.prices.all():
        say(f"price {price}  ({price.source})")
    spent = spent_on(endpoint)
    say(f"{spent['calls']} calls, {decimals(spent['cost'] or 0, 4)} US dollars, {spent['unknown']} never answered")
    for call in endpoint.calls.order_by("-pk")[:SHOWN_CALLS]:
        tokens = f"{call.input_tokens or '—'} in, {call.output_tokens or '—'} out"
        say(f"  {call.created_at:%Y-%m-%d %H:%M}  {call.purpose}: {call.get_state_display()}, {tokens}")


def add_command(arguments: argparse.Namespace) -> None:
    _save(EndpointForm({"is_active": True} | _told(arguments) | {"name": arguments.endpoint}))


def edit_command(arguments: argparse.Namespace) -> None:
    endpoint = find_network(arguments.endpoint)
    now = model_to_dict(endpoint, EndpointForm.Meta.fields) | capabilities_of(endpoint)
    _save(EndpointForm(now | _told(arguments), instance=endpoint))


def price_command(arguments: argparse.Namespace) -> None:
    endpoint = find_network(arguments.endpoint)
    form = PriceForm(vars(arguments))
    form.instance.endpoint = endpoint
    check(form)
    say(f"{endpoint}: {save_price(form, by=None, source=EventSource.CLI)}")


def test_command(arguments: argparse.Namespace) -> int:
    trial = try_endpoint(find_named(Endpoint.objects.select_related("key"), arguments.endpoint))
    say(trial.said)
    return 0 if trial.ok else 1


def models_command(arguments: argparse.Namespace) -> None:
    for model in list_models(find_network(arguments.endpoint)):
        say(model)


def find_network(called: str) -> Endpoint:
    """The endpoint of that name, or id, that answers over the network. Raises NoSuchRow, LocalWeights."""
    endpoint = find_named(Endpoint.objects.all(), called)
    if endpoint.base_weights_id is not None:
        raise LocalWeights(endpoint=endpoint.name)
    return endpoint


def _told(arguments: argparse.Namespace) -> dict[str, Any]:
    told = {name: value for name, value in vars(arguments).items() if name in EndpointForm.base_fields}
    if told.get("key"):
        told["key"] = find_named(ProviderKey.objects.all(), told["key"]).pk
    return told


def _save(form: EndpointForm) -> None:
    check(form)
    endpoint = save_endpoint(form, by=None, source=EventSource.CLI)
    say(f"{endpoint.name}: kept  {endpoint.get_absolute_url()}")
