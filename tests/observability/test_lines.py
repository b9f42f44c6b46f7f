"""A line of the log: in two forms, with what it is about, and without any secret."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from afsweb.core.models import Role, User
from afsweb.llm.keys import save_key
from afsweb.logs import context
from afsweb.logs.context import in_job, in_request
from afsweb.logs.lines import JsonLines, TextLines
from afsweb.logs.redaction import keep_out, redact
from tests.conftest import PASSWORD

FORMS = {"text": TextLines(), "json": JsonLines()}


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("a.logger", logging.WARNING, "/a.py", 1, message, args, info)


def parsed(one: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(FORMS["json"].format(one))
    return line


@pytest.fixture
def job() -> Iterator[str]:
    """This process does a job."""
    job_id = str(uuid4())
    in_job(job_id, "core.selftest")
    yield job_id
    context._job.clear()


def test_json_says_when_how_bad_who_where_and_what() -> None:
    line = parsed(record("took %s", "a job"))
    assert line.pop("time").endswith("+00:00")
    assert line.pop("host")
    assert line == {"level": "WARNING", "logger": "a.logger", "message": "took a job"}


def test_a_line_of_a_request_has_its_id_and_the_next_one_not() -> None:
    with in_request("abc12345"):
        assert parsed(record("x"))["request"] == "abc12345"
        assert "[abc12345] x" in FORMS["text"].format(record("x"))
    assert "request" not in parsed(record("x"))


def test_a_line_of_a_jobs_process_has_its_id_and_kind(job: str) -> None:
    line = parsed(record("x"))
    assert (line["job"], line["kind"]) == (job, "core.selftest")


def test_a_traceback_is_one_field_or_lines_below() -> None:
    try:
        raise ValueError("no")
    except ValueError as error:
        one = record("it broke", error=error)
    assert parsed(one)["exception"].endswith("ValueError: no")
    assert FORMS["text"].format(one).splitlines()[-1] == "ValueError: no"


def test_nobody_forges_a_line() -> None:
    forged = record("not found: %s", "/x\r\n2026-01-01 ERROR root you were hacked")
    assert len(FORMS["text"].format(forged).splitlines()) == 1
    assert len(FORMS["json"].format(forged).splitlines()) == 1


CANARY = "Q7rT4vX9zK2mN8pL5wS1"
SECRETS = {
    "a password in a URL": f"could not connect to postgresql://ann:{CANARY}@db/afsweb",
    "one with an @ and a slash": f"redis://:{CANARY}@x@127.0.0.1/0",
    "a bearer token": f"headers: Bearer {CANARY}",
    "a header": f"{{'Authorization': 'Basic {CANARY}'}}",
    "a cookie": f"Cookie: csrftoken=x; sessionid={CANARY}",
    "a form": f"username=ann&password={CANARY}&next=/",
    "a dict": f"{{'password': '{CANARY}', 'name': 'x'}}",
    "a keyword": f"api_key={CANARY}",
    "a variable": f"AFS_METRICS_TOKEN={CANARY}",
    "a query": f"GET https://example.org/v1?alt=json&key={CANARY} failed",
    "a host's token": f"refused afs-host-{CANARY}",
    "a join token": f"afs-join-{CANARY}",
    "a webhook's secret": f"whsec_{CANARY}AAA=",
    "a Gemini key": f"AIza{CANARY}",
    "an OpenAI key": f"Incorrect API key provided: sk-proj-{CANARY}",
    "a Hugging Face token": f"hf_{CANARY}",
    "a GitHub token": f"ghp_{CANARY}",
    "a Slack token": f"xoxb-{CANARY}",
    "Slack's address": f"https://hooks.slack.com/services/T0/B0/{CANARY}",
    "Discord's address": f"https://discord.com/api/webhooks/12/{CANARY}",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    "half a private key": f"-----BEGIN PRIVATE KEY-----\n{CANARY}",
    "a row's values": f"DETAIL:  Key (username)=({CANARY}) already exists.",
    "a whole row": f"DETAIL:  Failing row contains (1, {CANARY}, null).",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_no_secret_stands_in_a_line(form: str, text: str) -> None:
    one = record("it said: %s", text, error=ValueError(text))
    line = FORMS[form].format(one)
    assert CANARY not in line
    assert "••••" in line


def test_secrets_of_this_process_are_known_word_for_word(settings: Settings) -> None:
    keep_out(["a rather plain passphrase"])
    assert "plain" not in redact("it is a rather plain passphrase, is it not")


@pytest.mark.parametrize(
    "text",
    [
        "took 5b0c1f3e-0000-4000-8000-000000000000 (core.selftest), attempt 1",
        "Not Found: /samples/12/",
        "the token of this machine was refused",
        "http://127.0.0.1:8000/jobs/",
        "12:30:01 GET /keys/ 200",
        "key: value",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


class Full:
    """A disk that takes no more lines."""

    def write(self, _text: str) -> None:
        raise OSError("no space left on device")


def test_a_line_that_cannot_be_written_is_not_shown_raw(capsys: pytest.CaptureFixture[str]) -> None:
    logging.StreamHandler(Full()).handle(record("it said %s", CANARY))
    assert CANARY not in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_a_whole_afternoon_of_requests_leaves_no_secret_and_no_name(
    form: str, client_as: Callable[..., Client], admin_user: User, capsys: pytest.CaptureFixture[str]
) -> None:
    """Logged in and out, refused, lost, broken: with every line that the program writes, from DEBUG on."""
    User.objects.filter(pk=admin_user.pk).update(username="rosalind")
    save_key("a key", "gemini", f"AIza{CANARY}", by=admin_user)
    root, handler = logging.getLogger(), logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMS[form])
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        client = Client(raise_request_exception=False)
        client.post("/login/", {"username": "rosalind", "password": CANARY})
        client.post("/login/", {"username": "rosalind", "password": PASSWORD})
        client.get("/nothing/here/")
        client.post(reverse("list_keys"), {"name": "x", "provider": "gemini", "secret": f"AIza{CANARY}"})
        client.post("/people/new/", {"username": "rosalind", "role": Role.VIEWER})
        client.get("/metrics", headers={"Authorization": f"Bearer {CANARY}"})
        client.put(reverse("list_keys"))
        client.get("/", headers={"Host": "elsewhere.example"})
        logging.getLogger("some.library").error("it said %s", {"password": CANARY})
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said = capsys.readouterr().err
    assert "/nothing/here/" in said
    assert CANARY not in said
    assert "rosalind" not in said
    assert PASSWORD not in said


def test_every_answer_has_an_id_of_its_own(client: Client, settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    given = {"X-Request-ID": "chosen-by-a-stranger"}
    ids = {client.get("/health/live", headers=given)["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3 and "chosen-by-a-stranger" not in ids


def test_the_id_of_our_proxy_is_taken_when_it_is_one(client: Client, settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    assert client.get("/health/live", headers={"X-Request-ID": "a1b2c3d4e5"})["X-Request-ID"] == "a1b2c3d4e5"
    for given in ("short", "x" * 65, "with space 123", "ü" * 10):
        assert client.get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"] != given
