"""A project's own names: imported, they join the facts, and what was examined without them is examined anew."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from afsweb.core.models import Event, Job, JobState, Role
from datasets_app.models import Domain, SymbolMap, Verdict
from datasets_app.symbols.maps import LARGEST, NewMap, NoSymbols, SymbolsThereAlready, add_symbols, archive_symbols
from tests.conftest import ClientAs
from tests.datasets.conftest import ImportLines, line, run_job

pytestmark = pytest.mark.django_db
JSON = b'{"$7E0010": "MODE", "$7E0E20": "SPRITEHP"}'
WLA = b"[labels]\n7E:0010 MODE\n7E:0E20 SPRITEHP\n"


def run_all() -> None:
    for job in Job.objects.filter(state=JobState.QUEUED).order_by("position"):
        run_job(job)


def upload(client: Client, content: bytes, **fields: str) -> str:
    file = SimpleUploadedFile("project.sym", content)
    response = client.post("/facts/symbols/import/", {"domain": "asm65816", "file": file} | fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_names_join_the_facts_and_leave_them_again(import_lines: ImportLines, domain: Domain) -> None:
    import_lines([line(0, output="$7E0010 is MODE."), line(1, output="$7E0010 is SPRITEHP.")])
    run_all()
    assert list(Verdict.objects.values_list("supported", "contradicted").order_by("version")) == [(0, 0), (0, 0)]
    added = add_symbols(NewMap(domain, "a project"), JSON, by=None)
    run_all()
    assert list(Verdict.objects.values_list("supported", "contradicted").order_by("version")) == [(1, 0), (0, 1)]
    archive_symbols(added, True, by=None)
    run_all()
    assert list(Verdict.objects.values_list("supported", "contradicted").order_by("version")) == [(0, 0), (0, 0)]
    verbs = Event.objects.filter(object_type="datasets.symbolmap").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["import", "archive"]


def test_the_page_takes_json_and_wla(client_as: ClientAs, domain: Domain) -> None:
    client = client_as(Role.TRAINER)
    assert "$7E0010" in upload(client, JSON)
    archive_symbols(SymbolMap.objects.get(), True, by=None)
    page = upload(client, WLA, name="another", licence="CC0")
    assert "SPRITEHP" in page
    assert "CC0" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello world", "is no label; expected a line like"),
        (b'{"$7E0010": 5}', "needs a name in quotes"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"[labels]\n", "It holds no names"),
        (b"7E:0010 A\x00B", "is no name"),
        (b'{"x": "' + b"y" * LARGEST + b'"}', "more than 5 MB"),
    ],
)
def test_what_is_no_symbol_file_says_why_and_adds_nothing(client_as: ClientAs, content: bytes, said: str) -> None:
    assert said in upload(client_as(Role.TRAINER), content).replace("&quot;", '"')
    assert not SymbolMap.objects.exists()


def test_an_empty_upload_says_so(client_as: ClientAs) -> None:
    assert "empty" in upload(client_as(Role.TRAINER), b"")


def test_the_same_names_twice_are_refused(domain: Domain) -> None:
    first = add_symbols(NewMap(domain, "a project"), JSON, by=None)
    with pytest.raises(SymbolsThereAlready, match="“a project” holds exactly these"):
        add_symbols(NewMap(domain, "again"), WLA, by=None)
    archive_symbols(first, True, by=None)
    add_symbols(NewMap(domain, "again"), WLA, by=None)
    with pytest.raises(SymbolsThereAlready):
        archive_symbols(first, False, by=None)


def test_a_reason_is_given_for_each_bad_line(domain: Domain) -> None:
    with pytest.raises(NoSymbols, match=r"Line 2: .*Line 3:"):
        add_symbols(NewMap(domain, "a project"), b"00:8000 Main\nMain\n00:800 x\n", by=None)


def test_a_map_is_searched_by_name_and_address(client_as: ClientAs, domain: Domain) -> None:
    added = add_symbols(NewMap(domain, "a project"), JSON, by=None)
    client = client_as(Role.VIEWER)
    for words in ("sprite", "$7E0E20", "7e0e20"):
        page = client.get(added.get_absolute_url(), {"q": words}).content.decode()
        assert "SPRITEHP" in page
        assert "MODE" not in page
    assert "No name of these is like" in client.get(added.get_absolute_url(), {"q": "nothing"}).content.decode()


def test_viewers_see_and_change_nothing(client_as: ClientAs, domain: Domain) -> None:
    added = add_symbols(NewMap(domain, "a project"), JSON, by=None)
    client = client_as(Role.VIEWER)
    assert client.post(f"{added.get_absolute_url()}archive/").status_code == 403
    assert client.get("/facts/symbols/import/").status_code == 403
    assert "Archive" not in client.get(added.get_absolute_url()).content.decode()
