"""Versions for servers that a person names by address: NAME=URL, as `afs eval run --endpoint` takes them."""

from __future__ import annotations

import httpx
from django.db import transaction
from django.utils.text import slugify

from afsweb.core.models import Endpoint, EventSource, Provider, User
from afsweb.llm.endpoints import save_endpoint
from afsweb.llm.forms import EndpointForm
from evals_app.errors import EndpointIsAnother, EndpointRefused, WhichModel
from training_app.models import BaseModel, ModelVersion
from training_app.registry.versions import next_number

TIMEOUT = httpx.Timeout(10.0)


def find_or_make_version(name: str, url: str, *, by: User | None, source: EventSource = EventSource.UI) -> ModelVersion:
    """The plain version that the server at `url` answers for, with its endpoint, both made if there are none yet.

    Asks the server which models it has, so call it outside a transaction. Raises EndpointIsAnother, EndpointRefused
    and WhichModel.
    """
    url = url.rstrip("/")
    endpoint = Endpoint.objects.filter(name=name).first()
    if endpoint and (endpoint.provider, endpoint.base_url.rstrip("/")) != (Provider.OPENAI_COMPATIBLE, url):
        there = endpoint.base_url or endpoint.get_provider_display()
        raise EndpointIsAnother(name=name, there=there, url=url)
    model = endpoint.model if endpoint else which_model(name, url)
    with transaction.atomic():
        return _version_of(endpoint or _make_endpoint(name, url, model, by, source))


def which_model(name: str, url: str) -> str:
    """The model that the server has: its only one, else the one called `name`. Raises WhichModel.

    A server that gives no list (GET /models, as OpenAI's has it) is asked for `name`.
    """
    models = served_models(url)
    if len(models) == 1:
        return models[0]
    if models and name not in models:
        raise WhichModel(url=url, models=", ".join(models[:10]))
    return name


def served_models(url: str) -> list[str]:
    """The ids of the models that the server lists; none when it lists nothing."""
    try:
        listed = httpx.get(f"{url.rstrip('/')}/models", timeout=TIMEOUT).json()["data"]
        return [str(model["id"]) for model in listed]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError):
        return []


def _make_endpoint(name: str, url: str, model: str, by: User | None, source: EventSource) -> Endpoint:
    facts = {"name": name, "provider": Provider.OPENAI_COMPATIBLE, "base_url": url, "model": model, "is_active": True}
    form = EndpointForm(facts)
    if not form.is_valid():
        reason = " ".join(f"{field}: {error}" for field, errors in form.errors.items() for error in errors)
        raise EndpointRefused(name=name, reason=reason)
    return save_endpoint(form, by=by, source=source)


def _version_of(endpoint: Endpoint) -> ModelVersion:
    """What is served need not be the base of that name as it is here (it may be quantised), so it gets its own base."""
    found = ModelVersion.objects.filter(endpoint=endpoint).order_by("-pk").first()
    if found:
        return found
    name = slugify(endpoint.name)[:64] or "served"
    base, _ = BaseModel.objects.get_or_create(model_id=f"{endpoint.name}/{endpoint.model}"[:200])
    return ModelVersion.objects.create(name=name, number=next_number(name), base_model=base, endpoint=endpoint)
