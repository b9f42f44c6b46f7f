"""What people, files and models write is shown as text on every page, whatever it looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.test import Client

from afsweb.core.models import Endpoint, Host, Job, JobLog, Notification, User
from datasets_app.models import (
    Campaign,
    Comment,
    Decision,
    ImportReject,
    Resolution,
    Review,
    Sample,
    SampleVersion,
    SecretFinding,
    Snapshot,
    Source,
)
from evals_app.models import Case, Result, Suite
from tests.security.addresses import addresses
from tests.security.rows import arguments, make_rows
from tests.security.url_table import GET, TABLE
from training_app.models import BaseModel, Expert, ModelVersion, Recipe, TrainingRun

# Breaks out of an attribute, an element, a comment, a script and a template, in this order.
PAYLOAD = "\"'></textarea></title>--><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}"
MARKS = ("<script>alert(1)", "<img src=x", "'></textarea>", "\"'>")


def poison() -> None:
    """Put the payload into everything that a person, a file, a model or another machine writes."""
    for model, names in (
        (Source, ("name", "licence")),
        (SampleVersion, ("instruction", "input", "output", "system")),
        (Sample, ("kind", "group_id")),
        (Snapshot, ("name",)),
        (Campaign, ("name", "error")),
        (TrainingRun, ("name", "error")),
        (Recipe, ("name", "source")),
        (BaseModel, ("model_id", "licence", "strengths")),
        (ModelVersion, ("name", "note")),
        (Expert, ("name", "purpose")),
        (Suite, ("name", "description")),
        (Case, ("category",)),
        (Result, ("answer", "explanation", "extracted", "error")),
        (Endpoint, ("name", "model")),
        (Host, ("name", "platform")),
        (Job, ("title", "note", "error", "worker")),
        (User, ("first_name", "last_name")),
        (Comment, ("text", "quote")),
        (Review, ("note", "resolution")),
        (Notification, ("text",)),
        (SecretFinding, ("excerpt", "field", "kind")),
    ):
        rows: QuerySet[Any] = model._default_manager.all()
        for row in rows:
            # Past the guards of the models: what an older version or another program wrote is shown too.
            rows.filter(pk=row.pk).update(**{name: payload_for(row, name) for name in names})
    for person in User.objects.all():
        Notification.objects.create(person=person, text=PAYLOAD, link="/")
    for sample in Sample.objects.exclude(current=None):
        told = {"sample": sample, "version_id": sample.current_id, "reviewer": User.objects.first(), "note": PAYLOAD}
        Review.objects.create(decision=Decision.FLAG, **told)
    JobLog.objects.bulk_create(JobLog(job=job, text=PAYLOAD) for job in Job.objects.all())
    SecretFinding.objects.update(how=Resolution.OPEN, resolved_at=None, resolved_by=None)
    for source in Source.objects.all():
        ImportReject.objects.create(source=source, line=1, code="json", message=PAYLOAD, excerpt=PAYLOAD)


def payload_for(row: Model, name: str) -> str:
    """The payload, cut to what fits; with the row's number behind it, for no two names may be alike."""
    length = getattr(row._meta.get_field(name), "max_length", None) or len(PAYLOAD) + 40
    number = f" {row.pk}"
    return PAYLOAD[: length - len(number)] + number


def test_payloads_stay_text_on_every_page(client_as: Callable[..., Client], admin_user: User) -> None:
    client = client_as(admin_user)
    rows = make_rows(admin_user)
    poison()
    shown, broken = 0, []
    for address in addresses():
        row = TABLE.get(address.name)
        if address.group or row is None or GET not in row.methods:
            continue
        keys = list(address.pattern.pattern.converters)
        response = client.get(address.url(arguments(address.name, rows.get(row.about), keys)))
        if not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        shown += "&lt;script&gt;alert(1)" in page
        broken += [f"{address.name}: {mark}" for mark in MARKS if mark in page]
        broken += [f"{address.name}: the template was read"] if ">14" in page and "alert(2)&gt;14" in page else []
    assert broken == []
    assert shown > 20  # the payload was there to be seen


def test_search_shows_payloads_as_text(client_as: Callable[..., Client], admin_user: User) -> None:
    make_rows(admin_user)
    poison()
    for words in (PAYLOAD, "alert"):
        page = client_as(admin_user).get("/search/", {"q": words}).content.decode()
        assert not [mark for mark in MARKS if mark in page]


def test_admin_shows_payloads_as_text(client_as: Callable[..., Client], admin_user: User) -> None:
    make_rows(admin_user)
    poison()
    client = client_as(admin_user)
    for address in addresses():
        if address.name.startswith("admin:") and address.name.endswith("_changelist"):
            page = client.get(address.url()).content.decode()
            assert not [mark for mark in MARKS[:2] if mark in page], address.name
