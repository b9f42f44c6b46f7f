"""Suites made and changed in the browser: each saving is the next version, and nobody's saving is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from evals_app.authoring.revising import add_case, drafts_of
from evals_app.errors import SuiteMovedOn
from evals_app.models import Case, Suite
from evals_app.suites import CaseDraft
from tests.evals.test_pages import FRAME, text

Login = Callable[[Role | User], Client]


def turns(*messages: tuple[str, str]) -> dict[str, str]:
    told = {"turn-TOTAL_FORMS": str(len(messages)), "turn-INITIAL_FORMS": "0"}
    for at, (role, content) in enumerate(messages):
        told |= {f"turn-{at}-role": role, f"turn-{at}-content": content}
    return told


CASE = {"do": "save", "key": "twice", "category": "Sums", "scorer": "exact", "expects_answers": "4\nfour"}
ASKED = turns(("system", "Be brief."), ("user", "2 + 2?"), ("user", ""))


def case_of(suite: Suite, key: str) -> Case:
    return suite.cases.select_related("suite").get(key=key)


def newest() -> Suite:
    return Suite.objects.order_by("-number")[0]


def test_a_suite_begins_with_its_first_case(client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    assert "Its first case" in text(trainer.get("/suites/begin/"))
    facts = {"name": "Sums", "domain": "text", "purpose": "general", "suite_scorer": "choice"}
    shown = text(trainer.post("/suites/begin/", facts | CASE | ASKED, follow=True))
    suite = Suite.objects.get()
    assert "Sums 1" in shown
    assert (suite.slug, suite.purpose, suite.scorer, suite.domain.slug) == ("sums", "general", "choice", "text")
    (draft,) = drafts_of(suite)
    asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"}]
    assert draft == CaseDraft("twice", "Sums", "twice", asked, {"answers": ["4", "four"]}, [], "exact", [])


def test_a_name_that_is_taken_begins_nothing(client_as: Login, suite: Suite) -> None:
    facts = {"name": "Registers", "domain": "text", "purpose": "general", "suite_scorer": "exact"}
    shown = text(client_as(Role.TRAINER).post("/suites/begin/", facts | CASE | ASKED))
    assert "There is a suite “registers” already" in shown
    assert Suite.objects.count() == 1


def test_an_added_case_is_in_the_next_version(client_as: Login, suite: Suite) -> None:
    trainer = client_as(Role.TRAINER)
    address = reverse("add_case", args=[suite.uuid])
    more = {"cluster": "two", "tags": "easy,  sums", "references": "4\n---\nIt is 4:\n\nfour."}
    shown = text(trainer.post(address, CASE | ASKED | more, follow=True))
    assert "Saved: Registers 2 has 16 cases" in shown
    case = case_of(newest(), "twice")
    assert (case.tags, case.references) == (["easy", "sums"], ["4", "It is 4:\n\nfour."])
    assert (case.cluster, suite.cases.count()) == ("two", 15)


def test_a_changed_case_has_its_next_revision_and_the_others_stay(client_as: Login, suite: Suite) -> None:
    trainer = client_as(Role.TRAINER)
    case = case_of(suite, suite.cases.order_by("key")[0].key)
    address = reverse("edit_case", args=[suite.uuid, case.uuid])
    page = text(trainer.get(address))
    assert case.question in page
    assert f'value="{case.expected["address"]}"' in page
    data = {"do": "save", "key": "another", "category": case.category, "cluster": case.cluster, "scorer": ""}
    expects = {"expects_register": "$2115", "expects_direction": "address"}
    trainer.post(address, data | expects | turns(("user", "Where is VMAIN?\r\nSay it.")))
    changed = case_of(newest(), case.key)
    assert changed.question == "Where is VMAIN?\nSay it."
    assert changed.expected == {"address": "$2115", "name": "VMAIN", "aliases": ["VMAINC"], "direction": "address"}
    assert (changed.revision, case.revision) == (2, 1)
    assert list(newest().cases.exclude(key=case.key).order_by().values_list("revision", flat=True).distinct()) == [1]


def test_saving_without_a_change_makes_no_version(client_as: Login, suite: Suite) -> None:
    case = case_of(suite, suite.cases.order_by("key")[0].key)
    data = {"do": "save", "category": case.category, "cluster": case.cluster, "scorer": ""}
    expects = {"expects_register": case.expected["address"], "expects_direction": case.expected["direction"]}
    address = reverse("edit_case", args=[suite.uuid, case.uuid])
    sent = data | expects | turns(("user", case.question))
    assert "Nothing is different" in text(client_as(Role.TRAINER).post(address, sent, follow=True))
    assert Suite.objects.count() == 1


def test_a_case_is_left_out(client_as: Login, suite: Suite) -> None:
    case = case_of(suite, suite.cases.order_by("key")[0].key)
    address = reverse("leave_case_out", args=[suite.uuid, case.uuid])
    assert "is without" in text(client_as(Role.TRAINER).post(address, {"seen": 1}, follow=True))
    assert (newest().number, newest().cases.count(), newest().cases.filter(key=case.key).exists()) == (2, 14, False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": ""}, "This field is required"),
        ({"key": "INIDISP/name/0", "cluster": "x"}, "2 cases have this key"),
        ({"expects_answers": "\r\n "}, "its answers must be a list of texts"),
        ({"scorer": "regex", "expects_pattern": "(a"}, "is no regular expression"),
        ({"scorer": "choice", "expects_options": "a\nb", "expects_right": "3"}, "the place of an option"),
        ({"scorer": "choice", "expects_options": "a\nb", "expects_right": "a"}, "Write the number of an option"),
        ({"scorer": "register_claims", "expects_register": "FOO", "expects_direction": "name"}, "no hardware register"),
        ({"as_json": "1", "expects_json": '{"answers": [1,]}'}, "Line 1, column"),
        ({"as_json": "1", "expects_json": "[1]"}, "It must be an object"),
        ({"as_json": "1", "expects_json": '{"answers": ["\\u0000"]}'}, "no text may have"),
        (turns(("user", "?"), ("assistant", "Yes")), "last message must be the user"),
        (turns(("user", " ")), "last message must be the user"),
        ({"turn-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
    ],
)
def test_a_case_that_cannot_be_kept_says_why(
    client_as: Login, suite: Suite, changes: dict[str, str], said: str
) -> None:
    if "INIDISP/name/0" in changes.values():
        changes = changes | {"key": suite.cases.order_by("key")[0].key}
    address = reverse("add_case", args=[suite.uuid])
    shown = text(client_as(Role.TRAINER).post(address, CASE | ASKED | {"cluster": "x"} | changes))
    assert said in shown
    assert Suite.objects.count() == 1


def test_what_was_typed_stays_while_fields_and_messages_are_added(client_as: Login, suite: Suite) -> None:
    trainer, address = client_as(Role.TRAINER), reverse("add_case", args=[suite.uuid])
    typed = CASE | turns(("user", "2 + 2 & so on?"))
    more = text(trainer.post(address, typed | {"do": "turn"}))
    assert "2 + 2 &amp; so on?" in more
    assert 'name="turn-1-content"' in more
    fields = text(trainer.post(address, typed | {"do": "scorer", "scorer": "keyword"}))
    assert 'name="expects_any_of"' in fields
    assert 'value="twice"' in fields
    assert 'name="expects_json"' in text(trainer.post(address, typed | {"do": "json", "as_json": "0"}))
    assert Suite.objects.count() == 1


def test_an_expectation_that_fields_cannot_hold_is_edited_as_json(
    client_as: Login, suite: Suite, trainer: User
) -> None:
    odd = CaseDraft("odd", "x", "odd", [{"role": "user", "content": "?"}], {"answers": ["a\nb"]}, [], "exact")
    made = add_case(suite, odd, seen=1, by=trainer)
    page = text(client_as(trainer).get(reverse("edit_case", args=[made.uuid, case_of(made, "odd").uuid])))
    assert "a\\nb" in page
    assert 'name="expects_json"' in page


def test_who_saved_meanwhile_is_not_overwritten(client_as: Login, suite: Suite, trainer: User) -> None:
    theirs = CaseDraft("theirs", "x", "x", [{"role": "user", "content": "?"}], {"answers": ["a"]}, [], "exact")
    add_case(suite, theirs, seen=1, by=trainer)
    with pytest.raises(SuiteMovedOn):
        add_case(suite, theirs, seen=1, by=trainer)
    client = client_as(trainer)
    shown = text(client.post(reverse("add_case", args=[suite.uuid]), CASE | ASKED | {"seen": "1"}))
    assert "Somebody saved version 2 of Registers meanwhile" in shown
    again = reverse("add_case", args=[newest().uuid])
    assert f'action="{again}"' in shown
    client.post(again, CASE | ASKED | {"seen": "2"})
    assert (newest().number, newest().cases.count()) == (3, 17)


def test_a_key_that_was_left_out_is_not_given_to_another_question(client_as: Login, suite: Suite) -> None:
    trainer, case = client_as(Role.TRAINER), suite.cases.order_by("key")[0]
    trainer.post(reverse("leave_case_out", args=[suite.uuid, case.uuid]))
    address = reverse("add_case", args=[newest().uuid])
    assert "belonged to another question" in text(trainer.post(address, CASE | ASKED | {"key": case.key}))


def test_cases_are_found_by_category_tag_and_text(
    client_as: Login, suite: Suite, trainer: User, django_assert_max_num_queries: Any
) -> None:
    tagged = CaseDraft(
        "odd", "Odd ones", "odd", [{"role": "user", "content": "How ODD?"}], {"answers": ["a"]}, ["hard"], "exact"
    )
    made = add_case(suite, tagged, seen=1, by=trainer)
    viewer, address = client_as(Role.VIEWER), made.get_absolute_url()
    with django_assert_max_num_queries(FRAME + 7):
        shown = text(viewer.get(address, {"tag": "hard"}))
    assert "How ODD?" in shown
    assert "INIDISP/name" not in shown
    assert "How ODD?" in text(viewer.get(address, {"q": "how odd", "category": "Odd ones"}))
    assert "No case is like that" in text(viewer.get(address, {"q": "nowhere"}))
    assert "Add a case" not in shown


@pytest.mark.parametrize("name", ["begin_suite", "import_suite", "make_suite_from_samples"])
def test_making_suites_needs_a_trainer(client_as: Login, name: str) -> None:
    assert client_as(Role.REVIEWER).get(reverse(name)).status_code == 403
