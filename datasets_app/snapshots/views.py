"""The pages of snapshots: building, showing and exporting them, and doing away with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.finding import read_uuid
from afsweb.core.history import history_of
from afsweb.core.jobs.listing import with_times
from afsweb.core.models import Job, JobState, Role
from afsweb.core.uses import uses_of
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.exchange.downloads import attachment
from datasets_app.exchange.errors import NotReady
from datasets_app.exchange.exporting import export, file_name, first_entries, joined
from datasets_app.exchange.formats import WRITTEN
from datasets_app.exchange.formats.chat import CHAT
from datasets_app.models import Snapshot, SnapshotState, Source, Split
from datasets_app.review.queues import offered
from datasets_app.secrets.errors import SecretsHeldBack
from datasets_app.secrets.guard import count_held, count_held_entries
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.building import delete_snapshot, set_archived, start_snapshot
from datasets_app.snapshots.card import card_of, limits
from datasets_app.snapshots.charts import PLOTTED, draw_distribution
from datasets_app.snapshots.choosing import Filter, Selection, filter_in, filter_of, preview
from datasets_app.snapshots.diff import Change, Diff
from datasets_app.snapshots.errors import FilterLost
from datasets_app.snapshots.figures import TITLES
from datasets_app.snapshots.forms import SnapshotForm

SHOWN_VIEWS, SHOWN_OTHERS = 50, 50
# The fields that a preview depends on.
COUNTED = ("sources", "cap", "times")


@require_GET
@allow(Role.VIEWER)
def list_snapshots(request: HttpRequest) -> HttpResponse:
    """The snapshots, newest first; archived ones only when asked for."""
    snapshots = Snapshot.objects.select_related("domain")
    archived = request.GET.get("archived") == "yes"
    page = keyset_page(snapshots.filter(is_archived=archived), request)
    may_act = person(request).has_role(Role.TRAINER)
    return render_page(request, "datasets/snapshots.html", {"page": page, "archived": archived, "may_act": may_act})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def build_snapshot(request: HttpRequest) -> HttpResponseBase:
    """The form that builds a snapshot of what a filter in the address finds; for htmx, or asked to count, a preview.

    Counting reads every sample that fits, so the page itself does not do it.
    """
    sent = request.POST if request.method == "POST" else request.GET
    selection, is_counted = Selection(filter_in(sent)), "count" in sent or getattr(request, "htmx", False)
    is_building = request.method == "POST" and not is_counted
    form = SnapshotForm(sent) if is_building else SnapshotForm(initial=given(sent))
    if is_building and form.is_valid():
        try:
            return redirect(start_snapshot(form.plan(selection.filter), by=person(request)))
        except DatasetError as error:
            form.add_error(None, str(error))
    asked = selection.form()
    context = {
        "form": form,
        "filter": asked,
        "fields": [field for field in asked.visible_fields() if field.name != "state"],
        "selection": selection,
        "views": saved_views(request),
    }
    if is_counted:
        context |= count_it(SnapshotForm(sent), selection.filter)
    return render_page(request, "datasets/snapshot_build.html", context, partial="preview")


def given(sent: QueryDict) -> dict[str, Any]:
    """What an address or a sent form says of the form's fields, to be shown in them again."""
    said = {
        name: sent.getlist(name) if name == "sources" else sent[name]
        for name in SnapshotForm.base_fields
        if name in sent
    }
    return {name: value for name, value in said.items() if value}


def count_it(form: SnapshotForm, filter: Filter) -> dict[str, Any]:
    """What would be built now, or why nothing can be; fields that say nothing about that may still be empty."""
    wrong = [f"{form[name].label}: {form.errors[name][0]}" for name in COUNTED if name in form.errors]
    try:
        if wrong:
            return {"problem": " ".join(wrong)}
        chosen = form.selection(filter)
        return {"preview": preview(chosen, form.balance()), "held": count_held(chosen.samples())}
    except FilterLost as error:
        return {"problem": str(error)}


def saved_views(request: HttpRequest) -> list[tuple[str, str]]:
    """The names of the views that this person is offered, each with the address of its filter."""
    queues = offered(person(request))[:SHOWN_VIEWS]
    return [(queue.name, Selection(filter_of(queue.query)).address) for queue in queues]


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_snapshot(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """One snapshot: what is in it, how it was chosen and divided, its first lines, its exports."""
    snapshot = get_snapshot(snapshot_id)
    selection = Selection.from_json(snapshot.query, snapshot.domain)
    context = {
        "snapshot": snapshot,
        "jobs": with_times(unfinished_jobs(snapshot)),
        "selection": selection,
        "balance": Balance.from_json(snapshot.balance),
        "sources": Source.objects.filter(pk__in=selection.source_ids),
        "samples": first_entries(snapshot),
        "share": snapshot.validation_count / snapshot.count if snapshot.count else None,
        "shares": [(title, snapshot.figures["shares"][name]) for name, title in TITLES.items() if snapshot.figures],
        "plotted": [(name, TITLES[name]) for name in PLOTTED],
        "uuid": str(snapshot.uuid),
        "held": count_held_entries(snapshot),
        "limits": limits(snapshot) if snapshot.state == SnapshotState.READY else [],
        "formats": WRITTEN.values(),
        "exports": snapshot.exports.select_related("artifact", "job").order_by("-pk")[:5],
        "uses": uses_of(snapshot),
        "history": history_of(snapshot)[:20],
        "may_act": person(request).has_role(Role.TRAINER),
        "here": request.path,
    }
    return render_page(request, "datasets/snapshot.html", context)


@require_GET
@allow(Role.VIEWER)
def draw_shares(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """A distribution of a snapshot for the page's chart: `?of=score` or `level`."""
    of = request.GET.get("of", PLOTTED[0])
    if of not in PLOTTED:
        raise Http404("There is no such chart.")
    return chart_response(draw_distribution(get_snapshot(snapshot_id), of, chart_theme(request)))


@require_GET
@allow(Role.VIEWER)
def download_card(request: HttpRequest, snapshot_id: UUID) -> HttpResponseBase:
    """The card as README.md."""
    snapshot = get_snapshot(snapshot_id)
    try:
        text = card_of(snapshot)
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(snapshot)
    headers = {"Content-Disposition": 'attachment; filename="README.md"'}
    return HttpResponse(text, "text/markdown; charset=utf-8", headers=headers)


@require_GET
@allow(Role.VIEWER)
def compare_snapshots(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """What became of the snapshot `?with=`, the last one before unless given, in this one; `?show=`: which list."""
    new = get_snapshot(snapshot_id)
    old = older(new, request.GET.get("with", ""))
    context: dict[str, Any] = {"new": new, "old": old, "others": others(new), "changes": Change}
    try:
        diff = Diff.of(old, new) if old else None
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(new)
    if diff:
        show = Change(shown) if (shown := request.GET.get("show", "")) in Change else first_change(diff)
        page = diff.page(show, request.GET.get("before", ""))
        counts = [(change, diff.counts[change]) for change in Change]
        shifts = [shift for shift in diff.shifts() if shift.distance]
        context |= {"diff": diff, "counts": counts, "show": show, "page": page, "shifts": shifts}
    return render_page(request, "datasets/snapshot_compare.html", context)


def older(new: Snapshot, called: str) -> Snapshot | None:
    """The snapshot of the id `called`; without one the last ready before `new`, of its domain if there is one."""
    if called:
        return get_snapshot(uuid) if (uuid := read_uuid(called)) else None
    before = Snapshot.objects.filter(state=SnapshotState.READY, pk__lt=new.pk).order_by("-pk")
    return before.filter(domain=new.domain_id).first() or before.first()


def others(new: Snapshot) -> QuerySet[Snapshot]:
    """The newest ready snapshots beside this one, to choose from."""
    return Snapshot.objects.filter(state=SnapshotState.READY).exclude(pk=new.pk).order_by("-pk")[:SHOWN_OTHERS]


def first_change(diff: Diff) -> Change:
    """The first change that there is any of."""
    return next((change for change in Change if diff.counts[change]), Change.ADDED)


@require_GET
@allow(Role.VIEWER)
def export_snapshot(request: HttpRequest, snapshot_id: UUID) -> HttpResponseBase:
    """A snapshot as one file: `?form=` is the format, `?split=train`, `validation` or none for both."""
    snapshot = get_snapshot(snapshot_id)
    form, split = WRITTEN.get(request.GET.get("form", CHAT.key)), request.GET.get("split", "")
    if form is None or form.is_folder or split not in ("", *Split.values):
        raise Http404("There is no such form or split.")
    try:
        pieces = export(snapshot, form, Split(split) if split else None)
    except (NotReady, SecretsHeldBack) as error:
        messages.error(request, str(error))
        return redirect(snapshot)
    return attachment(joined(pieces), file_name(snapshot.name, form, split), form.media_type)


@require_POST
@allow(Role.TRAINER)
def archive(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Put a snapshot into the archive."""
    return act(request, get_snapshot(snapshot_id), lambda row, by: set_archived(row, True, by=by), "Archived.")


@require_POST
@allow(Role.TRAINER)
def restore(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Take a snapshot out of the archive."""
    return act(request, get_snapshot(snapshot_id), lambda row, by: set_archived(row, False, by=by), "Restored.")


@require_POST
@allow(Role.TRAINER)
def delete(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Delete a snapshot that nothing trained on."""
    snapshot = get_snapshot(snapshot_id)
    try:
        delete_snapshot(snapshot, by=person(request))
    except DatasetError as error:
        messages.error(request, str(error))
        return redirect(snapshot)
    messages.success(request, f"“{snapshot.name}” was deleted.")
    return redirect("list_snapshots")


def get_snapshot(snapshot_id: UUID) -> Snapshot:
    """The snapshot of that id with what its page shows; 404 otherwise."""
    related = ("domain", "artifact", "job", "created_by")
    return get_object_or_404(Snapshot.objects.select_related(*related), uuid=snapshot_id)


def unfinished_jobs(snapshot: Snapshot) -> QuerySet[Job]:
    """The jobs about this snapshot that have not ended."""
    return Job.objects.filter(about_uuid=snapshot.uuid).exclude(state__in=JobState.final()).order_by("created_at")[:5]
