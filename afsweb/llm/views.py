"""Settings of providers: keys, endpoints, prices, and what was called and paid."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, ProtectedError, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import record
from afsweb.core.models import CallState, Endpoint, EventSource, ProviderKey, Role, User
from afsweb.core.uses import uses_of
from afsweb.llm.forms import EndpointForm, KeyForm, PriceForm
from afsweb.llm.keys import KeysCannotBeKept, save_key
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
        with transaction.atomic():
            key = save_key(data["name"], data["provider"], data["secret"], by=_person(request))
            after = {"name": key.name, "provider": key.provider, "last_four": key.last_four}
            record("save", key, actor=_person(request), source=EventSource.UI, after=after)
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
        with transaction.atomic():
            record("delete", key, actor=_person(request), source=EventSource.UI, before={"name": key.name})
            key.delete()
    except ProtectedError:
        names = ", ".join(key.endpoint_set.values_list("name", flat=True)[:5])
        messages.error(request, f"“{key.name}” is used by {names}. Choose another key there first.")
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
    form = EndpointForm(request.POST or None, instance=endpoint)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            record("save", saved, actor=_person(request), source=EventSource.UI, after={"name": saved.name})
        return redirect(saved)
    context = {"form": form, "endpoint": endpoint}
    return render_page(request, "llm/edit_endpoint.html", context)


@require_GET
@allow(Role.VIEWER)
def show_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """One endpoint: its prices, what was spent on it, its newest calls; of local weights, what they are."""
    endpoint = get_object_or_404(
        Endpoint.objects.select_related("key", "base_weights", "adapter_weights"), uuid=endpoint_id
    )
    spent = endpoint.calls.aggregate(
        cost=Sum("cost"), calls=Count("pk"), unknown=Count("pk", filter=Q(state=CallState.UNKNOWN))
    )
    context = {
        "endpoint": endpoint,
        "prices": endpoint.prices.all(),
        "spent": spent,
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
        with transaction.atomic():
            price = form.save()
            record("price", endpoint, actor=_person(request), source=EventSource.UI, after={"price": str(price)})
        messages.success(request, f"From {price.since} on: {price}.")
    return redirect(endpoint)
