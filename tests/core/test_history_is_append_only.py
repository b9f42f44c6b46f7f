"""A line of history cannot be changed or removed, whoever asks."""

from __future__ import annotations

import pytest
from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import Event, EventSource, User


@pytest.fixture
def line(viewer: User) -> Event:
    return record("greet", viewer, actor=viewer, source=EventSource.UI, after={"word": "hello"})


def test_a_line_is_kept_with_who_what_and_why(line: Event, viewer: User) -> None:
    kept = Event.objects.get(pk=line.pk)
    assert (kept.actor, kept.verb, kept.object_type, kept.object_id) == (viewer, "greet", "core.user", viewer.pk)
    assert kept.after == {"word": "hello"}


def test_a_line_cannot_be_changed(line: Event) -> None:
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=line.pk).update(verb="hide")
    assert Event.objects.get(pk=line.pk).verb == "greet"


def test_a_line_cannot_be_removed(line: Event) -> None:
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=line.pk).delete()
    assert Event.objects.filter(pk=line.pk).exists()
