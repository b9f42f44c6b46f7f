"""Settings of providers: keys, endpoints, prices, and what was called and paid."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.models import Endpoint, ProviderKey, Role, User
from afsweb.core.uses import uses_of
from afsweb.llm.answerers.openai_compatible import list_models
from afsweb.llm.answering import EndpointUnusable
from afsweb.llm.endpoints import save_endpoint, save_price, spent_on
from afsweb.llm.forms import EndpointForm, KeyForm, PriceForm
from afsweb.llm.keys import KeyInUse, KeysCannotBeKept, forget_key, save_key
from afsweb.llm.trial import LoadsTooLong, try_endpoint
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN)
def list_keys(request: HttpRequest) -> HttpResponseBase:
    """The provider keys, masked, and the form that adds or replaces one."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _keep_key(request, form):
        return redirect("list_keys")
    keys = ProviderKey.objects.select_related("created_by").order_by("name")
    return render_page(request, "llm/keys.html", {"keys": keys, "form": form})


def _keep_key(request: HttpRequest, form: KeyForm) -> bool:
    data = form.cleaned_data
    try:
        key = save_key(data["name"], data["provider"], data["secret"], by=_person(request))
    except KeysCannotBeKept as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"“{key.name}” is kept, encrypted.")
    return True


@require_POST
@allow(Role.ADMIN)
def delete_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Forget a key. Refused while an endpoint uses it."""
    key = get_object_or_404(ProviderKey, uuid=key_id)
    try:
        forget_key(key, by=_person(request))
    except KeyInUse as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{key.name}” is forgotten.")
    return redirect("list_keys")


@require_GET
@allow(Role.VIEWER)
def list_endpoints(request: HttpRequest) -> HttpResponse:
    """Everything that answers, newest first."""
    page = keyset_page(Endpoint.objects.select_related("key").prefetch_related("prices"), request)
    return render_page(request, "llm/endpoints.html", {"page": page})


@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN)
def add_endpoint(request: HttpRequest) -> HttpResponseBase:
    """The form for a new endpoint."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN)
def edit_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """The form for an endpoint that exists."""
    return _edit(request, get_object_or_404(Endpoint.objects.filter(base_weights=None), uuid=endpoint_id))


def _edit(request: HttpRequest, endpoint: Endpoint | None) -> HttpResponseBase:
    models: list[str] = []
    if request.method == "POST" and "look" in request.POST:
        models, form = _look_for_models(request, endpoint)
    else:
        form = EndpointForm(request.POST or None, instance=endpoint)
        if request.method == "POST" and form.is_valid():
            return redirect(save_endpoint(form, by=_person(request)))
    return render_page(request, "llm/edit_endpoint.html", {"form": form, "endpoint": endpoint, "models": models})


def _look_for_models(request: HttpRequest, endpoint: Endpoint | None) -> tuple[list[str], EndpointForm]:
    """The models of the server that the form names, and the form as it was filled in; nothing is stored."""
    filled = EndpointForm(request.POST, instance=endpoint)
    filled.is_valid()  # reads the fields: those it can are in cleaned_data
    data = filled.cleaned_data
    asked = Endpoint(name=data.get("name") or "It", base_url=data.get("base_url") or "", key=data.get("key"))
    models: list[str] = []
    try:
        models = list_models(asked)
    except EndpointUnusable as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"It has {len(models)} model{'' if len(models) == 1 else 's'}: choose one below.")
    # Unbound, so that it does not complain of what is still to be filled in.
    initial = {name: request.POST.get(name, "") for name in filled.fields if name in request.POST}
    if models and not initial.get("model"):
        initial["model"] = models[0]
    return models, EndpointForm(initial=initial, instance=endpoint, models=models)


@require_POST
@allow(Role.TRAINER)
def test_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Ask it one short question and say what became of it. Of a provider with a price it is a paid call."""
    endpoint = get_object_or_404(Endpoint.objects.select_related("key"), uuid=endpoint_id)
    try:
        trial = try_endpoint(endpoint)
    except LoadsTooLong as error:
        messages.error(request, str(error))
    else:
        (messages.success if trial.ok else messages.error)(request, trial.said)
    return redirect(endpoint)


@require_GET
@allow(Role.VIEWER)
def show_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """One endpoint: its prices, what was spent on it, its newest calls; of local weights, what they are."""
    endpoint = get_object_or_404(
        Endpoint.objects.select_related("key", "base_weights", "adapter_weights"), uuid=endpoint_id
    )
    context = {
        "endpoint": endpoint,
        "prices": endpoint.prices.all(),
        "spent": spent_on(endpoint),
        "page": keyset_page(endpoint.calls.select_related("job"), request),
        "price_form": PriceForm(),
        "uses": uses_of(endpoint) if endpoint.base_weights else [],
    }
    return render_page(request, "llm/endpoint.html", context)


@require_POST
@allow(Role.ADMIN)
def add_price(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """What the endpoint costs from a day on. Older prices stay: what was paid is not rewritten."""
    endpoint = get_object_or_404(Endpoint, uuid=endpoint_id)
    form = PriceForm(request.POST)
    form.instance.endpoint = endpoint
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.error(request, f"{field.replace('_', ' ')}: {' '.join(map(str, errors))}")
    else:
        price = save_price(form, by=_person(request))
        messages.success(request, f"From {price.since} on: {price}.")
    return redirect(endpoint)
