"""Rubrics are kept in versions that never change, made by a page or from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Event, Role
from evals_app.errors import CaseRefused, RubricRefused
from evals_app.judging.files import read_rubric, write_rubric
from evals_app.judging.rubrics import clean_draft, make_rubric, rubrics_of
from evals_app.models import Rubric
from tests.commands.running import afs, refused
from tests.evals.judge_server import ANCHORS, CRITERIA, SAFETY, draft, rubric_of
from tests.evals.judged import judged_suite
from tests.evals.test_pages import FRAME, Login, text

pytestmark = pytest.mark.django_db
Said = pytest.CaptureFixture[str]


def test_equal_content_is_the_version_that_is_there_and_other_content_the_next() -> None:
    first, is_new = make_rubric(draft(), by=None)
    again, is_again_new = make_rubric(draft(), by=None)
    other, _ = make_rubric(draft(criteria=CRITERIA[:1]), by=None)
    assert (is_new, is_again_new) == (True, False)
    assert (first.reference, again, other.reference) == ("clarity:1", first, "clarity:2")
    assert first.sha256 != other.sha256
    assert Event.objects.filter(object_type="evals.rubric", verb="make").count() == 2


def test_anchors_change_the_version_and_not_what_a_judge_reads() -> None:
    first, other = rubric_of(), rubric_of(anchors=ANCHORS[:1])
    assert other.number == 2
    assert other.sha256 == first.sha256


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"criteria": []}, "one criterion at least"),
        ({"criteria": [*CRITERIA, CRITERIA[0] | {"name": "RIGHT"}]}, "two of its criteria are called “right”"),
        ({"criteria": [CRITERIA[0] | {"weight": 0}]}, "above 0"),
        ({"criteria": [CRITERIA[0] | {"weight": True}]}, "above 0"),
        ({"criteria": [{"name": "Right", "text": " ", "weight": 1}]}, "each criterion must be a text"),
        ({"criteria": ["Right"]}, "must be an object"),
        ({"criteria": "Right"}, "must be an object"),
        ({"criteria": [CRITERIA[0] | {"name": f"{n}"} for n in range(21)]}, "20 are the most"),
        ({"safety": [{"name": "x"}]}, "each safety rule must be a text"),
        ({"anchors": [ANCHORS[0] | {"mark": 2}]}, "from 0 to 1"),
        ({"anchors": [ANCHORS[0], ANCHORS[0]]}, "two of its anchors are called “good”"),
        ({"anchors": [ANCHORS[0] | {"answer": ""}]}, "the answer of each anchor"),
        ({"name": " "}, "its name"),
    ],
)
def test_what_a_judge_could_not_be_asked_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RubricRefused, match=said):
        clean_draft(draft(**changes))


def test_a_file_makes_the_rubric_that_it_was_written_from() -> None:
    rubric = rubric_of()
    again, is_new = make_rubric(read_rubric(write_rubric(rubric)), by=None)
    assert (again, is_new) == (rubric, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "no JSON"),
        ("[]", "one object"),
        ('{"slug": "a", "name": "A", "criterias": []}', "nothing is called “criterias”"),
        ('{"name": "A"}', "its slug and its name"),
    ],
)
def test_a_file_that_is_none_says_so(content: str, said: str) -> None:
    with pytest.raises(RubricRefused, match=said):
        read_rubric(content)


def test_cases_name_a_version_that_there_is(domain: Any) -> None:
    rubric = rubric_of()
    assert rubrics_of(judged_suite(domain)) == {"clarity:1": rubric}
    for reference, said in (
        ("clarity", "with its version"),
        ("clarity:01", "with its version"),
        ("clarity:2", "no rubric"),
    ):
        with pytest.raises(CaseRefused, match=said):
            judged_suite(domain, reference=reference, slug="other")


def test_rubrics_are_made_shown_and_listed_on_the_command_line(tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "clarity.json"
    file.write_text(json.dumps({"slug": "clarity", "name": "Clarity", "criteria": CRITERIA, "safety": SAFETY}))
    assert afs("rubric", "make", file) == 0
    assert capsys.readouterr().out.startswith("clarity:1  made  /rubrics/")
    assert afs("rubric", "make", file) == 0
    assert "there already" in capsys.readouterr().out
    afs("rubric", "list")
    assert "clarity:1  2 criteria  1 safety rules  Clarity" in capsys.readouterr().out
    afs("rubric", "show", "clarity")
    said = capsys.readouterr().out
    assert "weight 3" in said
    assert "must not be broken" in said
    afs("rubric", "show", "clarity:1", "--json")
    assert read_rubric(capsys.readouterr().out).criteria == CRITERIA


def test_a_rubric_that_cannot_be_made_is_refused_on_the_command_line(tmp_path: Path, capsys: Said) -> None:
    assert "cannot be read" in refused(capsys, "rubric", "make", tmp_path / "none.json")
    assert "clarity" in refused(capsys, "rubric", "show", "clarity")


def form(**changes: str) -> dict[str, str]:
    """What the page sends: one criterion and one anchor filled, spare rows empty."""
    data = {"name": "Clarity"}
    for part, fields in (
        ("criteria", "name weight text"),
        ("safety", "name text"),
        ("anchors", "key mark question answer"),
    ):
        data |= {f"{part}-TOTAL_FORMS": "2", f"{part}-INITIAL_FORMS": "0"}
        data |= {f"{part}-{row}-{field}": "" for row in range(2) for field in fields.split()}
    data |= {
        "criteria-0-name": "Right",
        "criteria-0-weight": "2",
        "criteria-0-text": "All is true.",
        "criteria-1-weight": "1",
    }
    data |= {"anchors-0-key": "a", "anchors-0-mark": "0.5", "anchors-0-question": "What?", "anchors-0-answer": "That."}
    return data | changes


def test_a_rubric_is_made_in_the_browser_and_its_next_version_from_it(client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    assert "Make a rubric" in text(trainer.get("/rubrics/"))
    shown = text(trainer.post("/rubrics/new/", form(), follow=True))
    assert "It can be named by cases now." in shown
    rubric = Rubric.objects.get()
    assert rubric.criteria == [{"name": "Right", "text": "All is true.", "weight": 2.0}]
    assert rubric.anchors == [{"key": "a", "question": "What?", "answer": "That.", "mark": 0.5}]
    filled = text(trainer.get("/rubrics/new/", {"from": str(rubric.uuid)}))
    assert "All is true." in filled
    changed = form(**{"criteria-0-text": "All of it is true."})
    assert "clarity:2" in text(trainer.post(f"/rubrics/new/?from={rubric.uuid}", changed, follow=True))
    assert "nothing was made" in text(trainer.post("/rubrics/new/", form(), follow=True))
    assert Rubric.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"criteria-0-name": ""}, "the name of each criterion must be a text"),
        ({"criteria-0-weight": "-1"}, "greater than or equal to 0.01"),
        ({"anchors-0-mark": ""}, "the mark of each anchor must be a number"),
        ({"name": "!"}, "needs a letter or a digit"),
    ],
)
def test_a_wrong_rubric_form_says_why(client_as: Login, changes: dict[str, str], said: str) -> None:
    assert said in text(client_as(Role.TRAINER).post("/rubrics/new/", form(**changes)))
    assert not Rubric.objects.exists()


def test_a_rubric_shows_what_a_judge_is_told(client_as: Login, django_assert_max_num_queries: Any) -> None:
    rubric = rubric_of()
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 3):
        shown = text(viewer.get(rubric.get_absolute_url()))
    for words in ("clarity:1", "A beginner understands it.", "where hardware breaks", "quality 2: a register", "0.50"):
        assert words in shown
    assert "Make the next version" not in shown
    with django_assert_max_num_queries(FRAME + 1):
        assert rubric.get_absolute_url() in text(viewer.get("/rubrics/"))
