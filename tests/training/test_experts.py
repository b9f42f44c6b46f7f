"""An expert's current version is one that was promoted to it: the database refuses anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from afsweb.core.models import Role, User
from tests.rows import make_base
from training_app.models import Expert, ModelVersion, Promotion


@pytest.fixture
def version(db: None) -> ModelVersion:
    return ModelVersion.objects.create(name="base", base_model=make_base())


@pytest.fixture
def veran(db: None) -> Expert:
    return Expert.objects.get(slug="veran")


def promotion_of(expert: Expert, version: ModelVersion, by: User) -> Promotion:
    return Promotion.objects.create(expert=expert, version=version, gate_passed=True, promoted_by=by)


def make_current(expert: Expert, version: ModelVersion, promotion: Promotion) -> None:
    with transaction.atomic():
        Expert.objects.filter(pk=expert.pk).update(current_version=version, current_promotion=promotion)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_promoted_version_can_be_current(veran: Expert, version: ModelVersion, admin_user: User) -> None:
    make_current(veran, version, promotion_of(veran, version, admin_user))
    veran.refresh_from_db()
    assert veran.current_version == version


def test_a_version_promoted_to_another_expert_cannot(veran: Expert, version: ModelVersion, admin_user: User) -> None:
    other = promotion_of(Expert.objects.get(slug="din"), version, admin_user)
    with pytest.raises(IntegrityError, match="expert_current_was_promoted"):
        make_current(veran, version, other)


def test_another_version_than_the_promoted_one_cannot(veran: Expert, version: ModelVersion, admin_user: User) -> None:
    promotion = promotion_of(veran, version, admin_user)
    another = ModelVersion.objects.create(name="base", number=2, base_model=version.base_model)
    with pytest.raises(IntegrityError, match="expert_current_was_promoted"):
        make_current(veran, another, promotion)


def test_a_version_without_a_promotion_cannot(veran: Expert, version: ModelVersion) -> None:
    with pytest.raises(IntegrityError, match="current_version_has_its_promotion"), transaction.atomic():
        Expert.objects.filter(pk=veran.pk).update(current_version=version)


def test_a_failed_gate_needs_a_reason(veran: Expert, version: ModelVersion, admin_user: User) -> None:
    with pytest.raises(IntegrityError, match="a_failed_gate_needs_a_reason"), transaction.atomic():
        Promotion.objects.create(expert=veran, version=version, gate_passed=False, promoted_by=admin_user)


def test_the_four_experts_are_there(db: None) -> None:
    assert list(Expert.objects.order_by("slug").values_list("slug", flat=True)) == ["din", "farore", "nayru", "veran"]


def test_an_experts_current_version_is_not_archived(
    client_as: Callable[[Role | User], Client], veran: Expert, version: ModelVersion, admin_user: User
) -> None:
    make_current(veran, version, promotion_of(veran, version, admin_user))
    page = client_as(admin_user).post(f"/models/{version.uuid}/archive/", follow=True)
    assert "Promote another one first" in page.content.decode()
    version.refresh_from_db()
    assert not version.is_archived
    Expert.objects.update(current_version=None, current_promotion=None)
    client_as(admin_user).post(f"/models/{version.uuid}/archive/")
    version.refresh_from_db()
    assert version.is_archived


def execute(sql: str, *values: int) -> None:
    """As somebody does it who goes past the program."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_raw_sql_makes_nothing_current_without_its_promotion(
    veran: Expert, version: ModelVersion, admin_user: User
) -> None:
    another = ModelVersion.objects.create(name="base", number=2, base_model=version.base_model)
    promotion = promotion_of(veran, version, admin_user)
    of_din = promotion_of(Expert.objects.get(slug="din"), version, admin_user)
    current = "UPDATE training_expert SET current_version_id = %s, current_promotion_id = %s WHERE id = %s"
    for wrong in ((another.pk, promotion.pk), (version.pk, of_din.pk), (version.pk, 999_999)):
        with pytest.raises(IntegrityError, match=r"expert_current_was_promoted|current_promotion_id"):
            execute(current, *wrong, veran.pk)
    with pytest.raises(IntegrityError, match="current_version_has_its_promotion"):
        execute("UPDATE training_expert SET current_version_id = %s WHERE id = %s", version.pk, veran.pk)
    execute(current, version.pk, promotion.pk, veran.pk)
    with pytest.raises(IntegrityError, match="current_version_has_its_promotion"):
        execute("UPDATE training_expert SET current_promotion_id = NULL WHERE id = %s", veran.pk)


def test_a_promotion_is_never_changed_or_removed(veran: Expert, version: ModelVersion, admin_user: User) -> None:
    promotion = promotion_of(veran, version, admin_user)
    for sql in (
        "UPDATE training_promotion SET gate_passed = false, override_reason = 'x' WHERE id = %s",
        "UPDATE training_promotion SET gate_report = '{}' WHERE id = %s",
        "DELETE FROM training_promotion WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="a promotion is signed"):
            execute(sql, promotion.pk)


def test_no_archived_version_is_current(veran: Expert, version: ModelVersion, admin_user: User) -> None:
    promotion = promotion_of(veran, version, admin_user)
    execute("UPDATE training_modelversion SET is_archived = true WHERE id = %s", version.pk)
    current = "UPDATE training_expert SET current_version_id = %s, current_promotion_id = %s WHERE id = %s"
    with pytest.raises(IntegrityError, match="an archived version cannot become current"):
        execute(current, version.pk, promotion.pk, veran.pk)
    execute("UPDATE training_modelversion SET is_archived = false WHERE id = %s", version.pk)
    execute(current, version.pk, promotion.pk, veran.pk)
    with pytest.raises(IntegrityError, match="current version cannot be archived"):
        execute("UPDATE training_modelversion SET is_archived = true WHERE id = %s", version.pk)
