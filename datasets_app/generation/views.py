"""Campaigns: launch from a form, watch, stop, continue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import Role, User
from afsweb.llm.ledger import spent
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.generation.forms import CampaignForm
from datasets_app.generation.launch import Writer, continue_campaign, count_items, launch_campaign
from datasets_app.generation.prompts import default_prompt
from datasets_app.models import Campaign, Domain, ItemState

FILLED = {"name", "generator", "target", "kinds", "topics"}


def get_campaign(campaign_id: UUID) -> Campaign:
    """The campaign with what its page shows, in one query."""
    related = ("domain", "endpoint", "prompt", "source", "job", "created_by")
    return get_object_or_404(Campaign.objects.select_related(*related), uuid=campaign_id)


@require_GET
@allow(Role.VIEWER)
def list_campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns, newest first."""
    campaigns = Campaign.objects.select_related("domain", "endpoint", "job", "source")
    return render_page(request, "datasets/campaigns.html", {"page": keyset_page(campaigns, request)})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def launch(request: HttpRequest) -> HttpResponseBase:
    """The form that launches a campaign; the address may fill it in."""
    form = CampaignForm(
        request.POST or None, initial={name: request.GET.get(name) for name in FILLED & set(request.GET)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_launch(form.cleaned_data, person(request)))
        except DatasetError as error:
            form.add_error(None, str(error))
    return render_page(request, "datasets/launch_campaign.html", {"form": form})


def _launch(data: dict[str, Any], by: User) -> Campaign:
    slug, _, generator = data["generator"].partition(":")
    domain = Domain.objects.get(slug=slug)
    writer = None
    if data["endpoint"]:
        writer = Writer(data["endpoint"], data["prompt"] or default_prompt(domain), data["budget"])
    subjects = {"kinds": data["kinds"], "topics": data["topics"]}
    return launch_campaign(
        data["name"], domain, generator, data["target"], by=by, seed=data["seed"], writer=writer, **subjects
    )


@require_GET
@allow(Role.VIEWER)
def show_campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The campaign's page; with htmx only its live part."""
    campaign = get_campaign(campaign_id)
    context = {
        "campaign": campaign,
        "counts": count_items(campaign),
        "written": campaign.items.filter(state=ItemState.DONE).select_related("sample__current").order_by("-index")[:5],
        "problems": campaign.items.filter(state__in=(ItemState.FAILED, ItemState.UNKNOWN)).order_by("-index")[:10],
        "spent": spent(f"campaign:{campaign.uuid}:") if campaign.endpoint_id else None,
    }
    return render_page(request, "datasets/campaign.html", context, partial="live")


@require_POST
@allow(Role.TRAINER)
def stop(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Stop writing; what was written stays."""
    said = "It stops after what is under way. What was written stays."
    return act(request, get_campaign(campaign_id), stop_work, said)


@require_POST
@allow(Role.TRAINER)
def go_on(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Write what was planned and is not written yet."""
    return act(request, get_campaign(campaign_id), continue_campaign, "It goes on with what is not written yet.")
