"""What changed between two versions of a suite: added, removed, changed cases, word by word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from evals_app.authoring.changes import KINDS, changed_cases, count_changes
from evals_app.authoring.revising import drafts_of, revise_suite
from evals_app.models import Suite
from tests.evals.test_pages import FRAME, text

Login = Callable[[Role | User], Client]


def changed(suite: Suite, trainer: User) -> Suite:
    """Version 2: the first case asks otherwise, the second is gone, one is new."""
    first, second, *rest = drafts_of(suite)
    asked = first.messages[-1]["content"] + " Please."
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": asked}]
    other = replace(first, messages=chat, references=["good"])
    new = replace(second, key="brand-new")
    return revise_suite(suite, [other, *rest, new], seen=1, by=trainer)


def test_changes_are_told_apart(suite: Suite, trainer: User) -> None:
    keys = [draft.key for draft in drafts_of(suite)]
    made = changed(suite, trainer)
    assert count_changes(suite, made) == {"changed": 1, "added": 1, "removed": 1}
    found = {kind: [case.key for case in changed_cases(suite, made, kind)] for kind in KINDS}
    assert found == {"changed": keys[:1], "added": ["brand-new"], "removed": keys[1:2]}
    assert count_changes(made, made) == {"changed": 0, "added": 0, "removed": 0}


def test_the_page_compares_words(
    client_as: Login, suite: Suite, trainer: User, django_assert_max_num_queries: Any
) -> None:
    made = changed(suite, trainer)
    viewer, address = client_as(Role.VIEWER), reverse("show_suite_changes", args=[made.uuid])
    with django_assert_max_num_queries(FRAME + 8):
        shown = text(viewer.get(address))
    assert "<ins> Please.</ins>" in shown
    assert "revision 1 → 2" in shown
    assert "good answer 1" in shown
    assert shown.count("<del>") == 0
    assert "<ins>Be brief.</ins>" in shown
    assert "brand-new" not in shown
    assert "brand-new" in text(viewer.get(address, {"show": "added"}))


def test_the_first_version_and_odd_wishes(client_as: Login, suite: Suite) -> None:
    viewer, address = client_as(Role.VIEWER), reverse("show_suite_changes", args=[suite.uuid])
    assert "This is the first version" in text(viewer.get(address))
    for since in ("9", "x", "-1", "99999999999999999999"):
        assert "This is the first version" in text(viewer.get(address, {"since": since}))
