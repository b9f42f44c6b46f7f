"""The pages of preference pairs: pick the better of two answers, and the pairs that came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.exchange.downloads import attachment
from datasets_app.exchange.exporting import joined
from datasets_app.models import PreferencePair, Sample, SampleVersion
from datasets_app.preferences.errors import PairGone, PreferenceError
from datasets_app.preferences.exporting import pair_lines
from datasets_app.preferences.forms import ChoiceForm, PairFilter, PickFrom
from datasets_app.preferences.pairs import choose, take_back
from datasets_app.preferences.picking import JUDGED, Pick, next_pick, oldest_looked_at, pick_for
from datasets_app.review.cards import Card
from datasets_app.secrets.errors import SecretsHeldBack

SHOWN_CHARACTERS = 200


@require_GET
@allow(Role.VIEWER)
def list_preferences(request: HttpRequest) -> HttpResponse:
    """The pairs, newest first; those taken back only when asked for."""
    form = PairFilter(request.GET)
    pairs = form.apply(PreferencePair.objects.all()).select_related("author", "chosen__sample")
    shown = pairs.defer("chosen__search", "chosen__messages", "chosen__system", "chosen__input").annotate(
        question=Left("chosen__instruction", SHOWN_CHARACTERS),
        better=Left("chosen__output", SHOWN_CHARACTERS),
        worse=Left("rejected__output", SHOWN_CHARACTERS),
    )
    context = {"form": form, "page": keyset_page(shown, request), "filtered": bool(form.wanted())}
    return render_page(request, "datasets/preferences.html", context)


@require_GET
@allow(Role.VIEWER)
def export_preferences(request: HttpRequest) -> HttpResponseBase:
    """The pairs to train on, as lines of JSON; `?plain=1` in the form without roles."""
    try:
        return attachment(joined(pair_lines(plain="plain" in request.GET)), "preferences.jsonl")
    except SecretsHeldBack as error:
        messages.error(request, str(error))
        return redirect("list_preferences")


@require_GET
@allow(Role.REVIEWER)
def pick_preference(request: HttpRequest) -> HttpResponse:
    """Two answers to one question, blind: the next ones, or those to the question of `?sample=`."""
    form = PickFrom(request.GET)
    wanted = form.wanted()
    sample = get_object_or_404(Sample, uuid=wanted["sample"]) if "sample" in wanted else None
    user, before = person(request), wanted.get("before")
    pick = pick_for(user, sample) if sample else next_pick(user, before)
    context: dict[str, Any] = {"pick": pick, "sample": sample, "further": None}
    if pick:
        context |= _shown(pick)
    elif not sample:
        context["further"] = oldest_looked_at(before)
    return render_page(request, "datasets/preference_pick.html", context)


@require_POST
@allow(Role.REVIEWER)
def choose_preference(request: HttpRequest) -> HttpResponse:
    """Keep the choice, and show the next two answers."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the first or the second answer.")
        return redirect("pick_preference")
    data = form.cleaned_data
    rows = SampleVersion.objects.defer("search").filter(current_of__state__in=JUDGED)
    found = {row.uuid: row for row in rows.filter(uuid__in=[data["first"], data["second"]])}
    try:
        if len(found) < 2:
            raise PairGone
        first, second = found[data["first"]], found[data["second"]]
        better, worse = (first, second) if data["pick"] == "first" else (second, first)
        choose(person(request), better, worse, was_first=better is first)
        messages.success(request, "Kept.")
    except PreferenceError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('pick_preference')}?before={data['before']}" if data["before"] else "pick_preference")


@require_POST
@allow(Role.REVIEWER)
def take_back_preference(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Let a pair count no longer."""
    pair = get_object_or_404(PreferencePair.objects.select_related("author"), uuid=pair_id)
    try:
        take_back(person(request), pair)
        messages.success(request, "Taken back: it is no data to train on any more.")
    except PreferenceError as error:
        messages.error(request, str(error))
    return redirect("list_preferences")


def _shown(pick: Pick) -> dict[str, Any]:
    """What is asked, once, and each answer by itself; nothing says where an answer comes from."""
    asked, first = Card(pick.first.sample, pick.first).sides
    _, second = Card(pick.second.sample, pick.second).sides
    return {"asked": asked, "answers": [("first", "1", first), ("second", "2", second)]}
