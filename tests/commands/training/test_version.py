"""`afs version list`, `show`, `archive`, `restore`; `afs expert list`, `show`."""

from __future__ import annotations

import pytest
from django.db import transaction

from afsweb.core.models import Event, User
from tests.commands.running import afs, refused
from training_app.models import Expert, ModelVersion, Promotion

Said = pytest.CaptureFixture[str]


@pytest.fixture
def promotion(version: ModelVersion, admin_user: User) -> Promotion:
    """The version as veran's current one."""
    veran = Expert.objects.get(slug="veran")
    with transaction.atomic():
        made = Promotion.objects.create(
            expert=veran, version=version, gate_passed=False, override_reason="it is the first", promoted_by=admin_user
        )
        Expert.objects.filter(pk=veran.pk).update(current_version=version, current_promotion=made)
    return made


def test_versions_are_listed_and_shown(version: ModelVersion, capsys: Said) -> None:
    assert afs("version", "list") == 0
    assert capsys.readouterr().out == "veran:1  tests/base  the base as it is\n"
    assert afs("version", "show", "veran:1") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "version veran v1 base model tests/base made by the base as it is" in said
    assert "answers through a server" in said


def test_a_version_is_archived_and_restored(version: ModelVersion, capsys: Said) -> None:
    assert afs("version", "archive", "veran") == 0
    assert "veran v1 is archived" in capsys.readouterr().out
    afs("version", "list")
    assert "no version yet" in capsys.readouterr().out
    assert afs("version", "restore", "veran") == 0
    version.refresh_from_db()
    assert not version.is_archived
    assert list(Event.objects.order_by("pk").values_list("verb", "source")) == [("archive", "cli"), ("restore", "cli")]


def test_an_experts_current_version_is_not_archived(promotion: Promotion, capsys: Said) -> None:
    assert "Promote another one first" in refused(capsys, "version", "archive", "veran")
    promotion.version.refresh_from_db()
    assert not promotion.version.is_archived


def test_experts_are_listed_and_shown(promotion: Promotion, capsys: Said) -> None:
    assert afs("expert", "list") == 0
    said = capsys.readouterr().out
    assert "veran   veran v1" in said
    assert "din     no version promoted yet" in said
    assert afs("expert", "show", "veran") == 0
    assert "gate overridden: it is the first" in capsys.readouterr().out
    assert afs("expert", "show", "din") == 0
    assert "no version has been promoted yet" in capsys.readouterr().out


def test_wrong_names_are_a_sentence(version: ModelVersion, capsys: Said) -> None:
    assert "no model version “nobody”. There are: veran." in refused(capsys, "version", "show", "nobody")
    assert "no model version “veran:2”. There are: veran:1." in refused(capsys, "version", "archive", "veran:2")
    assert "There are: din, farore, nayru, veran." in refused(capsys, "expert", "show", "nobody")
