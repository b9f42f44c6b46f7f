"""The pages of conversations: making personas, launching, reading what was said and why it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Endpoint, Job, Role, User
from evals_app.models import EvalRun, Result, ResultState, Score, Suite
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import MakeVersion
from tests.evals.talking import file_of, make_simulator, make_talks, persona, three_by_two, use_marks
from tests.evals.test_pages import FRAME, text

Login = Callable[[Role | User], Client]
WISH = {"domain": "text", "count": 2, "conversations": 2, "seed": 9000, "turns": 4}


@pytest.fixture(autouse=True)
def marks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_marks(monkeypatch)


@pytest.fixture
def talks(db: None) -> Suite:
    return make_talks()


@pytest.fixture
def simulator(server: CompletionsServer) -> Endpoint:
    return make_simulator(server.url)


def make_held(suite: Suite, version: Any, simulator: Endpoint, **facts: Any) -> EvalRun:
    """A finished run whose conversations all went the same way."""
    run = EvalRun.objects.create(
        suite=suite,
        version=version,
        simulator=simulator,
        state="succeeded",
        sampling={"temperature": 0.0, "max_new_tokens": 64, "seed": 0},
        score=0.5,
        low=0.2,
        high=0.8,
    )
    told = {"state": ResultState.SCORED, "score": 0.5, "stop_reason": "goal reached", "answer": "<b>So</b>."} | facts
    said = [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "<b>So</b>."}]
    rows = [Result(run=run, case=case, transcript=said, scorer_version="1", **told) for case in suite.cases.all()]
    Result.objects.bulk_create(rows)
    return run


def address(result: Result) -> str:
    return reverse("show_conversation", args=[result.run.uuid, result.case.uuid, result.repeat])


def test_personas_are_made_from_the_form(client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    assert 'value="9000"' in text(trainer.get("/suites/new-personas/"))
    shown = text(trainer.post("/suites/new-personas/", WISH, follow=True))
    assert "Conversations, Text 1 has 4 conversations" in shown
    assert "Personas as a file" in shown
    assert Suite.objects.get().cases.filter(expected__turns=4).count() == 4


def test_an_endpoint_words_them_in_a_job(
    client_as: Login, simulator: Endpoint, server: CompletionsServer, do: Callable[[Job], str]
) -> None:
    told = file_of(persona(1, openings=2)).personas[0].model_dump(mode="json")
    server.otherwise = json.dumps({name: told[name] for name in told if name not in ("id", "seed", "name", "kind")})
    data = WISH | {"worded_by": simulator.uuid}
    shown = text(client_as(Role.TRAINER).post("/suites/new-personas/", data, follow=True))
    assert "stands among the suites when this job is done" in shown
    job = Job.objects.get()
    assert do(job) == "succeeded"
    assert job.result["suite"] == "Conversations, Text 1"
    assert Suite.objects.get().cases.filter(expected__persona__satisfied="They got an example.").count() == 4


def test_a_file_of_personas_goes_out_and_comes_in(client_as: Login, talks: Suite) -> None:
    out = client_as(Role.VIEWER).get(reverse("export_personas", args=[talks.uuid]))
    assert out["Content-Disposition"] == 'attachment; filename="conversations-text-1.personas.json"'
    assert out.content.decode() == three_by_two().as_json()
    file = SimpleUploadedFile("personas.json", file_of(persona(5)).as_json().encode())
    shown = text(client_as(Role.TRAINER).post("/suites/new-personas/", WISH | {"file": file}, follow=True))
    assert "Conversations, Text 2 has 1 conversations" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 4_999}, "Seeds 0 to 4999 belong to training"),
        ({"count": 0}, "greater than or equal to 1"),
        ({"conversations": 5}, "less than or equal to 4"),
        ({"domain": "tea"}, "Select a valid choice"),
        ({"worded_by": "nobody"}, "is not a valid"),
    ],
)
def test_a_wrong_wish_says_why(client_as: Login, changes: dict[str, Any], said: str) -> None:
    shown = text(client_as(Role.TRAINER).post("/suites/new-personas/", WISH | changes))
    assert said in shown
    assert not Suite.objects.exists()


def test_a_file_that_is_none_is_refused(client_as: Login) -> None:
    file = SimpleUploadedFile("personas.json", b'{"format": "afs personas 1"}')
    assert "These personas cannot be used" in text(
        client_as(Role.TRAINER).post("/suites/new-personas/", WISH | {"file": file})
    )
    assert not Suite.objects.exists()


def test_a_suite_of_questions_has_no_personas(client_as: Login, suite: Suite) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.get(reverse("export_personas", args=[suite.uuid])).status_code == 404
    assert "Personas as a file" not in text(viewer.get(suite.get_absolute_url()))


def test_conversations_are_launched_with_their_simulator(
    client_as: Login, talks: Suite, simulator: Endpoint, make_version: MakeVersion
) -> None:
    versions = [make_version("a"), make_version("b")]
    data = {"suite": talks.uuid, "versions": [v.uuid for v in versions], "repeats": 1}
    data |= {"max_new_tokens": 64, "temperature": 0, "seed": 0}
    trainer = client_as(Role.TRAINER)
    assert "holds conversations, so somebody has to play" in text(trainer.post("/evaluations/launch/", data))
    assert not EvalRun.objects.exists()
    who = {"simulator": simulator.uuid, "judge": simulator.uuid}
    assert trainer.post("/evaluations/launch/", data | who).status_code == 302
    # The scorer of these tests is a program, so nobody judges; test_judging.py has a judge.
    assert set(EvalRun.objects.values_list("simulator", flat=True)) == {simulator.pk}
    assert not EvalRun.objects.exclude(judge=None).exists()
    assert EvalRun.objects.count() == 2


def test_a_run_shows_why_conversations_ended_version_by_version(
    client_as: Login,
    talks: Suite,
    simulator: Endpoint,
    make_version: MakeVersion,
    django_assert_max_num_queries: Any,
) -> None:
    spoilt = {"state": ResultState.SPOILT, "score": None, "stop_reason": "simulator left its role"}
    other = make_held(talks, make_version("other"), simulator, **spoilt)
    run = make_held(talks, make_version("good"), simulator)
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 16):
        shown = text(viewer.get(run.get_absolute_url()))
    assert "Why conversations ended" in shown
    assert f'<a href="{other.get_absolute_url()}">other v1</a>' in shown
    assert ">100 %<" in shown.replace("\N{NO-BREAK SPACE}", " ").replace("100.0 %", "100 %")
    assert address(run.results.first()) in shown  # type: ignore[arg-type]
    assert "User played by" in shown
    assert "over 3 personas in 6 conversations" in shown
    assert "not answered right" not in shown
    assert ">Wrong" not in shown
    assert text(viewer.get(other.get_absolute_url(), {"outcome": "spoilt"})).count(">Read it<") == 6


def test_a_run_of_questions_shows_none_of_it(client_as: Login, suite: Suite, version: Any, trainer: User) -> None:
    run = EvalRun.objects.create(suite=suite, version=version, state="succeeded", sampling={"max_new_tokens": 64})
    shown = text(client_as(Role.VIEWER).get(run.get_absolute_url()))
    assert "Why conversations ended" not in shown
    assert "Spoilt" not in shown


def test_a_conversation_is_read_with_its_marks(
    client_as: Login,
    talks: Suite,
    simulator: Endpoint,
    make_version: MakeVersion,
    django_assert_max_num_queries: Any,
) -> None:
    run = make_held(talks, make_version("good"), simulator, explanation="It gave one.", is_unsafe=False)
    other = make_held(talks, make_version("other"), simulator)
    result = run.results.select_related("case", "run").first()
    assert result
    Score.objects.create(result=result, scorer="judge", version="m 1", value=0.75, explanation="Clear enough.")
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 3):
        shown = text(viewer.get(address(result)))
    for part in ("Ada with good v1", "goal reached", "They got an example.", "It gave one.", "0.75 Clear enough."):
        assert part in shown
    assert "&lt;b&gt;So&lt;/b&gt;." in shown
    assert "no safety rule was broken" in shown
    assert address(other.results.get(case=result.case)) in shown


def test_what_is_no_conversation_is_not_found(
    client_as: Login, talks: Suite, suite: Suite, simulator: Endpoint, make_version: MakeVersion
) -> None:
    run = make_held(talks, make_version("good"), simulator)
    case = talks.cases.first()
    question = suite.cases.first()
    assert case
    assert question
    viewer = client_as(Role.VIEWER)
    for case_id, repeat in ((case.uuid, 1), (question.uuid, 0)):
        assert viewer.get(reverse("show_conversation", args=[run.uuid, case_id, repeat])).status_code == 404
