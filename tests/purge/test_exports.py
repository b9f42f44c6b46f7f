"""A purge drops the exports that hold the sample and no others, and names them before it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.artifacts import artifact_path
from afsweb.core.models import Role
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import WRITTEN, find_format
from datasets_app.models import Export, ExportContent, Sample, Snapshot, Text
from datasets_app.purge.looking import what_breaks
from datasets_app.samples.adding import NewSample, add_samples
from tests.commands.conftest import Afs, afs
from tests.datasets.conftest import run_queue
from tests.purge.conftest import WORD
from tests.purge.test_purging import build, purge

__all__ = ["afs"]
pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
FilesWith = Callable[[str], list[Path]]


def export(name: str, form: str = "jsonl", *, snapshot: Snapshot | None = None, **query: str) -> Export:
    start_export(name, find_format(form), query=query, snapshot=snapshot, by=None)
    run_queue()
    made = Export.objects.get(name=name)
    assert made.artifact, made.error
    return made


def forget() -> None:
    """As if they had been written before it was kept what they hold."""
    ExportContent.objects.all().delete()


def named(sample: Sample) -> list[tuple[str, bool]]:
    return [(one.name, one.is_known) for one in what_breaks(sample).exports]  # type: ignore[attr-defined]


def whole() -> set[str]:
    """The exports whose files are there."""
    ready = Export.objects.filter(artifact__isnull=False).select_related("artifact")
    return {one.name for one in ready if one.artifact and artifact_path(one.artifact)}


def retag(sample: Sample, tag: str) -> None:
    Sample.objects.filter(pk=sample.pk).update(tags=[tag])


def test_only_exports_that_hold_it_lose_their_files(samples: list[Sample], files_with: FilesWith) -> None:
    retag(samples[0], "mine")
    retag(samples[1], "yours")
    export("of it", tags="mine")
    export("of another", tags="yours")
    export("of all")
    assert named(samples[0]) == [("of all", True), ("of it", True)]
    purge(samples[0])
    assert whole() == {"of another"}
    assert not files_with(WORD) and "purged since" in Export.objects.get(name="of it").error


def test_an_export_of_a_snapshot_that_holds_it_goes_and_of_another_stays(samples: list[Sample]) -> None:
    export("of the first", "mlx", snapshot=build("first"))
    Sample.objects.filter(pk=samples[0].pk).update(state="rejected")
    export("of the second", "mlx", snapshot=build("second"))
    assert named(samples[0]) == [("of the first", True)]
    purge(samples[0])
    assert whole() == {"of the second"}


def test_what_the_format_left_out_is_not_in_it(samples: list[Sample]) -> None:
    (special,) = add_samples(samples[0].source, [NewSample(Text(f"Who is {WORD}?", "", "Nobody.", "Be brief."))])
    special = Sample.objects.select_related("source", "current").get(pk=special.pk)
    done = export("pairs", "mlx-completions")
    assert (done.written, done.left_out) == (4, 1)
    assert bytes(ExportContent.objects.get().samples) == b"".join(one.uuid.bytes for one in samples)
    assert named(special) == [] and named(samples[3]) == [("pairs", True)]
    purge(special)
    assert whole() == {"pairs"}


@pytest.mark.parametrize("key", WRITTEN)
def test_every_format_is_found(samples: list[Sample], key: str) -> None:
    export("of all", key)
    assert named(samples[2]) == [("of all", True)]


def test_of_older_exports_those_that_may_hold_it_go(samples: list[Sample]) -> None:
    retag(samples[1], "yours")
    export("of another", tags="yours")
    first = build("first")
    export("of the first", snapshot=first)
    Sample.objects.filter(pk=samples[0].pk).update(state="rejected")
    export("of the second", snapshot=build("second"))
    forget()
    assert named(samples[0]) == [("of the first", False), ("of another", False)]
    purge(samples[0])
    assert whole() == {"of the second"}


def test_equal_files_are_known_by_one_of_their_exports(samples: list[Sample]) -> None:
    retag(samples[1], "yours")
    for number in range(2):
        export(f"of another{'.' * number}", tags="yours")
    assert Export.objects.values("artifact").distinct().count() == 1
    ExportContent.objects.filter(export__name="of another").delete()
    assert named(samples[0]) == []
    assert named(samples[1]) == [("of another.", True), ("of another", True)]
    purge(samples[1])
    assert whole() == set()


def test_the_page_names_them_first(client_as: ClientAs, samples: list[Sample]) -> None:
    old = export("old ones")
    forget()
    new = export("new ones", "csv")
    client = client_as(Role.ADMIN)
    page = client.get(f"/samples/{samples[0].uuid}/purge/").content.decode()
    assert f'href="{new.get_absolute_url()}"' in page and f'href="{old.get_absolute_url()}"' in page
    assert page.count("may hold it: when") == 1 and "2 sets of files go from the store" in page
    assert whole() == {"old ones", "new ones"}


def test_the_page_says_when_none_does(client_as: ClientAs, samples: list[Sample]) -> None:
    retag(samples[1], "yours")
    export("of another", tags="yours")
    page = client_as(Role.ADMIN).get(f"/samples/{samples[0].uuid}/purge/").content.decode()
    assert "No export holds it." in page and "of another" not in page


def test_the_terminal_names_them_first(afs: Afs, samples: list[Sample]) -> None:
    export("old ones")
    forget()
    export("new ones", "csv")
    said = afs("sample", "purge", samples[0].pk, typed="no\n")
    assert "export new ones: holds it, so its files go" in said.out
    assert "export old ones: may hold it, so its files go" in said.out
    assert whole() == {"old ones", "new ones"}
