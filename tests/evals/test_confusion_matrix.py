"""What was right against what was answered: a version that says one thing to everything is a full first column."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import Domain
from evals_app.compare.matrix import COLUMNS, confusion_matrix, matrix_of
from evals_app.compare.report import NOTHING
from evals_app.models import Suite
from evals_app.scorers import Asked
from evals_app.suites import CaseDraft, make_suite
from tests.evals.conftest import NAMES, MakeVersion
from tests.evals.making import make_run, say_right

Login = Callable[[Role | User], Client]


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_collapse_is_the_first_column(suite: Suite, make_version: MakeVersion) -> None:
    matrix = confusion_matrix(make_run(suite, make_version(), lambda case: "It is CGADD."))
    assert (sorted(matrix.rights), matrix.said) == (sorted(NAMES), ["CGADD"])
    assert {(cell.count, cell.share, cell.shade) for cell in matrix.cells} == {(3, 1.0, 4)}
    assert [cell.right for cell in matrix.cells if cell.is_right] == ["CGADD"]
    assert "One answer, CGADD, for 5 of 5 subjects" in matrix.collapse


def test_right_answers_are_a_diagonal(suite: Suite, make_version: MakeVersion) -> None:
    matrix = confusion_matrix(make_run(suite, make_version(), say_right))
    assert matrix.said == matrix.rights
    assert [(cell.right, cell.said) for cell in matrix.cells] == list(zip(matrix.rights, matrix.said, strict=True))
    assert matrix.collapse == ""


def test_what_said_nothing_is_the_last_column(suite: Suite, make_version: MakeVersion) -> None:
    matrix = confusion_matrix(make_run(suite, make_version(), lambda case: "CGADD" if case.pk % 2 else "No idea."))
    assert matrix.said == ["CGADD", NOTHING]


def test_the_table_counts_what_it_has_no_column_for() -> None:
    said = Counter({f"R{number:02}": 1 for number in range(COLUMNS + 3)})
    matrix = matrix_of({Asked("a", "A"): said, Asked("b", "B"): Counter({"R14": 2})})
    assert (len(matrix.columns), matrix.left_out, matrix.columns[0]) == (COLUMNS, 3, "R14")
    assert [(row.right, row.count, row.others) for row in matrix.rows] == [("A", 15, 3), ("B", 2, 0)]


def test_choices_have_a_matrix_and_words_have_none(domain: Domain, make_version: MakeVersion) -> None:
    def make(slug: str, scorer: str, expected: dict[str, Any]) -> Suite:
        question = [{"role": "user", "content": f"Which? {slug}"}]
        draft = CaseDraft("a", "x", "a", question, expected)
        return make_suite(slug, name=slug, domain=domain, scorer=scorer, drafts=[draft])

    options = {"options": ["VMAIN", "INIDISP"], "right": 1}
    chosen = confusion_matrix(make_run(make("choice", "choice", options), make_version("a"), lambda case: "A"))
    assert [(cell.right, cell.said) for cell in chosen.cells] == [("INIDISP", "VMAIN")]
    words = make_run(make("words", "keyword", {"keywords": ["one"]}), make_version("b"), lambda case: "one")
    assert confusion_matrix(words).rights == []


def test_the_page_of_a_run_draws_it_and_has_it_as_a_table(
    client_as: Login, suite: Suite, make_version: MakeVersion, django_assert_max_num_queries: Any
) -> None:
    run = make_run(suite, make_version(), lambda case: "It is <b>CGADD</b>.")
    viewer, chart = client_as(Role.VIEWER), reverse("draw_confusion", args=[run.uuid])
    shown = text(viewer.get(run.get_absolute_url()))
    assert f'data-chart-url="{chart}"' in shown
    assert "One answer, CGADD, for 5 of 5 subjects" in shown
    assert '<th class="mono" scope="row">INIDISP</th> <td class="num shade-4"> 3 </td>' in shown
    assert '<mark class="ok" title="right">3</mark>' in shown
    light, dark = (json.dumps(viewer.get(chart, {"theme": theme}).json()) for theme in ("light", "dark"))
    assert "CGADD" in light
    assert light != dark
    with django_assert_max_num_queries(6):
        viewer.get(chart)


def test_a_run_of_words_has_no_matrix_on_its_page(client_as: Login, domain: Domain, make_version: MakeVersion) -> None:
    drafts = [CaseDraft("a", "x", "a", [{"role": "user", "content": "Say one."}], {"keywords": ["one"]})]
    suite = make_suite("words", name="Words", domain=domain, scorer="keyword", drafts=drafts)
    shown = text(client_as(Role.VIEWER).get(make_run(suite, make_version(), lambda case: "one").get_absolute_url()))
    assert "What was right, and what it answered" not in shown
    assert "draw_confusion" not in shown
    assert "data-chart-url" not in shown
