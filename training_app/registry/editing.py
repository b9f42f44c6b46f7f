"""What people say about a version: changed by a form, with a line of history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from training_app.models import ModelVersion


class VersionForm(forms.ModelForm[ModelVersion]):
    """What no run can know. What it was trained with is read from its run."""

    temperature = forms.FloatField(
        min_value=0, max_value=5, required=False, help_text="It is asked with this; empty for 0, which repeats itself."
    )
    billed_cost = forms.DecimalField(
        min_value=0, max_digits=10, decimal_places=2, required=False, help_text="US dollars, from the bill."
    )

    class Meta:
        model = ModelVersion
        fields = (
            "standing",
            "tag",
            "temperature",
            "system_prompt",
            "known_issues",
            "lessons",
            "billed_cost",
            "note",
        )
        labels = {"standing": "Status"}
        help_texts = {
            "standing": "Which version is an expert's current one is not said here: promotions say it.",
            "tag": "What it is called where it is served, such as nayru-v5:latest.",
            "system_prompt": "It is asked with this, here and by `afs model test`.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("system_prompt", "known_issues", "lessons")}


def form_for(version: ModelVersion, given: Any = None) -> VersionForm:
    """The form with what the version says; with `given` what was sent."""
    return VersionForm(given, instance=version)


def save_version(form: VersionForm, *, by: User | None, source: EventSource = EventSource.UI) -> ModelVersion:
    """Keep what a valid form says; nothing where nothing changed."""
    if not form.changed_data:
        return form.instance
    names = form.changed_data
    with transaction.atomic():
        before = ModelVersion.objects.select_for_update().values(*names).get(pk=form.instance.pk)
        version = form.save(commit=False)
        version.save(update_fields=names)
        after = {name: getattr(version, name) for name in names}
        record("edit", version, actor=by, source=source, before=_plain(before), after=_plain(after))
    return version


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str | float | None) else str(value) for name, value in values.items()}
