"""Starting, stopping and continuing campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Endpoint, EventSource, Job, Provider, User, WorkState
from afsweb.llm.ledger import NoPrice, price_today
from datasets_app.domains.base import UnknownGenerator, get_domain
from datasets_app.generation.errors import (
    BudgetMissing,
    CannotContinue,
    EndpointNotReady,
    NoSuchGenerator,
    NoSuchKind,
    NoSuchTopic,
)
from datasets_app.models import Campaign, Domain, ItemState, PromptVersion, Source, SourceKind, SourceState

GENERATE = "datasets.generate"


@dataclass(frozen=True)
class Writer:
    """Who words the samples of a campaign: a model, with its prompt and the US dollars it may cost."""

    endpoint: Endpoint
    prompt: PromptVersion
    budget: Decimal


def launch_campaign(
    name: str,
    domain: Domain,
    generator: str,
    target: int,
    *,
    by: User | None,
    seed: int = 0,
    kinds: list[str] | None = None,
    topics: list[str] | None = None,
    writer: Writer | None = None,
    source: EventSource = EventSource.UI,
) -> Campaign:
    """Make a campaign and put its job in the queue. The generator plans; without a `writer` it also words.

    `kinds` and `topics` leave only what is of one of them; empty ones leave everything.
    Raises NoSuchGenerator, NoSuchKind, NoSuchTopic, EndpointNotReady, BudgetMissing.
    """
    _check_generator(domain, generator)
    _check_subjects(domain, generator, kinds or [], topics or [])
    if writer is not None:
        _check_writer(writer)
    with transaction.atomic():
        made = Source.objects.create(
            domain=domain, kind=SourceKind.CAMPAIGN, state=SourceState.ACTIVE, name=name, created_by=by
        )
        campaign = Campaign.objects.create(
            name=name,
            domain=domain,
            generator=generator,
            kinds=kinds or [],
            topics=topics or [],
            target=target,
            seed=seed,
            endpoint=writer.endpoint if writer else None,
            prompt=writer.prompt if writer else None,
            budget=writer.budget if writer else None,
            source=made,
            created_by=by,
        )
        _enqueue(campaign, by)
        after = {"generator": generator, "target": target, "seed": seed, "endpoint": str(campaign.endpoint or "")}
        after |= {name: told for name, told in (("kinds", kinds), ("topics", topics)) if told}
        record("launch", campaign, actor=by, source=source, after=after)
    return campaign


def continue_campaign(campaign: Campaign, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Write what was planned and is not written yet. Raises CannotContinue."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(of=("self",)).select_related("job").get(pk=campaign.pk)
        if not campaign.can_go_on:
            raise CannotContinue(campaign=campaign.name, state=campaign.shown_state.label)
        campaign.state = WorkState.QUEUED
        campaign.save(update_fields=["state"])
        _enqueue(campaign, by)
        record("continue", campaign, actor=by, source=source)


def count_items(campaign: Campaign) -> dict[str, int]:
    """How many items there are in each state, and in `all`."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in ItemState}
    return campaign.items.aggregate(**states, all=Count("pk"))


def _enqueue(campaign: Campaign, by: User | None) -> Job:
    job = enqueue(
        GENERATE,
        {"campaign_id": campaign.pk},
        title=f"Generate {campaign.name}",
        by=by,
        about=("show_campaign", campaign),
    )
    campaign.job = campaign.source.job = job
    campaign.save(update_fields=["job"])
    campaign.source.save(update_fields=["job"])
    return job


def _check_generator(domain: Domain, generator: str) -> None:
    try:
        get_domain(domain.slug).generator(generator)
    except UnknownGenerator:
        known = ", ".join(one.name for one in get_domain(domain.slug).generators) or "none yet"
        raise NoSuchGenerator(domain=domain.name, name=generator, known=known) from None


def _check_subjects(domain: Domain, generator: str, kinds: list[str], topics: list[str]) -> None:
    code = get_domain(domain.slug)
    written = code.generator(generator).kinds
    for kind in kinds:
        if kind not in written:
            raise NoSuchKind(generator=generator, name=kind[:48], known=", ".join(written))
    for topic in topics:
        if topic not in code.topics:
            raise NoSuchTopic(domain=domain.name, name=topic[:48], known=", ".join(code.topics) or "none")


def _check_writer(writer: Writer) -> None:
    endpoint = writer.endpoint
    if endpoint.provider != Provider.GEMINI:
        raise EndpointNotReady(
            endpoint=endpoint, reason="this version generates with Gemini only. Choose such an endpoint."
        )
    if not endpoint.is_active:
        raise EndpointNotReady(endpoint=endpoint, reason="it is switched off. Switch it on, on its page.")
    if endpoint.shuts_down_on and endpoint.shuts_down_on <= timezone.now().date():
        reason = f"its provider shut it down on {endpoint.shuts_down_on}. Choose a model that still answers."
        raise EndpointNotReady(endpoint=endpoint, reason=reason)
    try:
        price_today(endpoint)
    except NoPrice as error:
        raise EndpointNotReady(endpoint=endpoint, reason=str(error)) from None
    if writer.budget <= 0:
        raise BudgetMissing
