"""What the review page's script says to the server: hold more samples for me, show them, here are decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from afsweb.core.models import Role, User
from afsweb.permissions import allow, person
from datasets_app.models import Sample
from datasets_app.review.bar import bar_of
from datasets_app.review.batches import take_batch
from datasets_app.review.cards import Card, load_cards
from datasets_app.review.claim import claim
from datasets_app.review.errors import BadTicket
from datasets_app.review.forms import parse_uuid
from datasets_app.review.leases import claim_one, renew
from datasets_app.review.queue import Queue
from datasets_app.review.ticket import read_ticket
from datasets_app.review.undo import recent_actions
from datasets_app.review.views import card_context, empty_context, queue_of

CARDS = 20
BATCH = 50
PAST = 50


@require_POST
@allow(Role.REVIEWER)
def claim_cards(request: HttpRequest) -> JsonResponse:
    """Renew the leases of the cards the page holds and claim more; `show_cards` brings them.

    Takes {"user": uuid, "held": [sample uuid, …], "count": n, "show": sample uuid, "past": true}; answers {"claimed":
    [{sample, ticket}] in the order to show, "lost": [sample uuid that is no longer this person's], "shown": the same
    of "show", "past": [{key, sample, decision, reason}] of what can be undone, newest first, and "empty": html when
    nothing could be claimed}.
    """
    queue, user, told = queue_of(request), person(request), _told(request)
    if "user" in told and told["user"] != str(user.uuid):
        return _not_theirs()
    held = [found for found in map(parse_uuid, _list(told, "held")[:200]) if found]
    count = told.get("count")
    count = min(max(count, 0), CARDS) if isinstance(count, int) else 0
    kept = renew(user, held) if held else set()
    claimed = _tickets(queue, claim(queue, user, count, held=held)) if count else []
    answer: dict[str, Any] = {"claimed": claimed, "lost": [str(one) for one in held if one not in kept]}
    if "show" in told:
        answer["shown"] = _show(queue, user, parse_uuid(told["show"]))
    if told.get("past") is True:
        answer["past"] = [asdict(action) for action in recent_actions(user, PAST)]
    if count and not claimed:
        context = card_context(queue, None) | empty_context(queue, user)
        answer["empty"] = render_to_string("datasets/review.html#empty", context, request)
    return JsonResponse(answer)


@require_POST
@allow(Role.REVIEWER)
def show_cards(request: HttpRequest) -> JsonResponse:
    """What a person needs to judge the samples that `claim_cards` claimed.

    Takes {"user": uuid, "claimed": [{sample, ticket}]}; answers {"cards": [{sample, version, revision, html}]}, without
    those that are gone.
    """
    queue, told = queue_of(request), _told(request)
    if told.get("user") != str(person(request).uuid):
        return _not_theirs()
    asked = [one for one in _list(told, "claimed")[:CARDS] if isinstance(one, dict)]
    tickets = {parse_uuid(one.get("sample")): str(one.get("ticket", "")) for one in asked}
    try:
        repeats = {sample: read_ticket(ticket).repeat_of_id for sample, ticket in tickets.items()}
    except BadTicket as error:
        raise BadRequest(str(error)) from error
    keys = dict(Sample.objects.filter(uuid__in=filter(None, tickets)).values_list("uuid", "pk"))
    cards = load_cards({keys[sample]: repeat for sample, repeat in repeats.items() if sample in keys})
    bar = bar_of(request, queue)
    shown = [rendered(request, queue, card, bar.under(card, tickets[card.sample.uuid])) for card in cards]
    return JsonResponse({"cards": shown})


@require_POST
@allow(Role.REVIEWER)
def send_decisions(request: HttpRequest) -> JsonResponse:
    """Take up to 50 decisions and undos in their order.

    Takes {"user": uuid, "items": [{key, version, revision, decision, reason, note, seconds, ticket} or {key, "undo":
    key}]}; with "cluster": true a decision is for all near-duplicates that wait. Answers {"results": [{key, status,
    …}]}: saved (a cluster with its samples), undone (with the revisions of its samples), or refused with a message.
    Sending the same again changes nothing and answers the same.
    """
    user, told = person(request), _told(request)
    if told.get("user") != str(user.uuid):
        return _not_theirs()
    items = [item for item in _list(told, "items")[:BATCH] if isinstance(item, dict)]
    return JsonResponse({"results": take_batch(user, items)})


def rendered(request: HttpRequest, queue: Queue, card: Card, bar: str) -> dict[str, Any]:
    """A card as the page's script takes it."""
    return {
        "sample": str(card.sample.uuid),
        "version": str(card.version.uuid),
        "revision": card.sample.revision,
        "html": render_to_string("datasets/review.html#card", card_context(queue, card, bar), request),
    }


def _tickets(queue: Queue, claimed: Mapping[int, int | None]) -> list[dict[str, str]]:
    names = dict(Sample.objects.filter(pk__in=claimed).values_list("pk", "uuid"))
    return [{"sample": str(names[pk]), "ticket": queue.ticket(repeat)} for pk, repeat in claimed.items() if pk in names]


def _show(queue: Queue, user: User, sample_id: UUID | None) -> dict[str, str] | None:
    sample = Sample.objects.filter(uuid=sample_id, current__isnull=False).first() if sample_id else None
    if sample is None:
        return None
    claim_one(sample, user)
    return _tickets(queue, {sample.pk: None})[0]


def _not_theirs() -> JsonResponse:
    return JsonResponse({"message": "somebody else decided these: log in as that person"}, status=409)


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("This is not JSON.") from error
    if not isinstance(told, dict):
        raise BadRequest("This is not a JSON object.")
    return told


def _list(told: dict[str, Any], name: str) -> list[Any]:
    value = told.get(name)
    return value if isinstance(value, list) else []
