"""The page of a gate: what passes and why, who may sign, what a wrong click says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.models import Domain
from evals_app.gate.evaluating import current_gate, evaluate_gate
from evals_app.models import Suite
from tests.evals.gating import a_version, gate_of, make_current, make_many, run_of
from tests.evals.test_pages import FRAME, text
from training_app.models import Expert, ModelVersion

Login = Callable[[Role | User], Client]


@pytest.fixture
def veran(db: None, admin_user: User) -> Expert:
    """With a current version that knows two registers."""
    expert = Expert.objects.get(slug="veran")
    version = a_version("veran")
    make_current(expert, version, admin_user)
    return expert


@pytest.fixture
def many(domain: Domain) -> Suite:
    return make_many()


@pytest.fixture
def new(veran: Expert, many: Suite) -> ModelVersion:
    """A version that passes."""
    assert veran.current_version
    run_of(many, veran.current_version, 2)
    version = a_version("veran", 2)
    run_of(many, version)
    gate_of(veran)
    return version


def gate_address(expert: Expert, version: ModelVersion | None = None) -> str:
    return f"/experts/{expert.uuid}/gate/" + (f"?version={version.uuid}" if version else "")


def test_the_checklist_says_what_passes_and_why(
    client_as: Login, veran: Expert, new: ModelVersion, django_assert_max_num_queries: Any
) -> None:
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 30):
        shown = text(viewer.get(gate_address(veran, new)))
    for fact in ("veran v2 against veran:1, by gate 2", "Better by 0.10 on many", "+0.833 against veran v1", "passed"):
        assert fact in shown
    assert "A trainer can promote it" in shown
    assert "Promote veran v2" not in shown


def test_without_a_version_it_asks_for_one(client_as: Login, veran: Expert, new: ModelVersion) -> None:
    shown = text(client_as(Role.VIEWER).get(gate_address(veran)))
    assert "Choose a version: each rule then says" in shown
    assert f'<option value="{new.uuid}"' in shown
    assert "Edit the rules" not in shown


def test_a_trainer_promotes_with_their_name(client_as: Login, veran: Expert, new: ModelVersion, trainer: User) -> None:
    browser = client_as(trainer)
    shown = text(browser.get(gate_address(veran, new)))
    assert "You sign as <b>a-trainer</b>" in shown
    assert "Override" not in shown
    seen = evaluate_gate(veran, new).fingerprint
    sent = {"version": new.uuid, "seen": seen}
    shown = text(browser.post(f"/experts/{veran.uuid}/promote/", sent, follow=True))
    assert "veran v2 is Veran&#x27;s current version now, signed by a-trainer." in shown
    veran.refresh_from_db()
    assert veran.current_version == new
    shown = text(browser.get(gate_address(veran, new)))
    assert "veran v2 is Veran's current version." in shown


def test_a_stale_page_signs_nothing(client_as: Login, veran: Expert, many: Suite, new: ModelVersion) -> None:
    browser, sent = client_as(Role.TRAINER), {"version": new.uuid, "seen": evaluate_gate(veran, new).fingerprint}
    run_of(many, new, 11)
    shown = text(browser.post(f"/experts/{veran.uuid}/promote/", sent, follow=True))
    assert "Something changed since the gate of veran v2 was shown" in shown
    veran.refresh_from_db()
    assert veran.current_version != new


def test_only_an_admin_overrides_and_says_why(client_as: Login, veran: Expert, many: Suite, new: ModelVersion) -> None:
    worse = a_version("veran", 3)
    run_of(many, worse, 1)
    trainer, admin = client_as(Role.TRAINER), client_as(Role.ADMIN)
    assert "let an admin override the gate" in text(trainer.get(gate_address(veran, worse)))
    address, sent = f"/experts/{veran.uuid}/override/", {"version": worse.uuid, "seen": ""}
    assert trainer.post(address, sent | {"reason": "x"}).status_code == 403
    assert "Reason to override it" in text(admin.get(gate_address(veran, worse)))
    assert "the gate failed. Open:" in text(admin.post(address, sent, follow=True))
    assert "signed by a-admin" in text(admin.post(address, sent | {"reason": "<b>Demo</b>"}, follow=True))
    shown = text(client_as(Role.VIEWER).get(gate_address(veran)))
    assert "&lt;b&gt;Demo&lt;/b&gt;" in shown
    assert "overridden" in shown


def test_a_promotion_without_a_version_says_so(client_as: Login, veran: Expert) -> None:
    for version in ("", "nonsense", str(veran.uuid)):
        answer = client_as(Role.ADMIN).post(f"/experts/{veran.uuid}/promote/", {"version": version}, follow=True)
        assert "Choose a version first." in text(answer)


def test_an_archived_version_is_offered_no_button(client_as: Login, veran: Expert, new: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=new.pk).update(is_archived=True)
    shown = text(client_as(Role.ADMIN).get(gate_address(veran, new)))
    assert "is archived: it cannot be promoted" in shown
    assert "Promote veran v2" not in shown


def test_rules_are_edited_and_numbered(client_as: Login, veran: Expert, many: Suite, new: ModelVersion) -> None:
    browser, address = client_as(Role.TRAINER), f"/experts/{veran.uuid}/gate/edit/"
    assert 'value="many" selected' in text(browser.get(address))
    sent = {"primary": "many", "improvement": "0.2", "bars": "many >= 0.70", "judged": "5", "baseline": "veran:1"}
    assert "From now on gate 3 counts." in text(browser.post(address, sent, follow=True))
    gate = current_gate(veran)
    assert gate
    assert (gate.number, gate.rules["improvement"], gate.rules["bars"][0]["minimum"]) == (3, 0.2, 0.7)
    assert "These are its rules already." in text(browser.post(address, sent, follow=True))
    shown = text(browser.get(gate_address(veran)))
    assert "Rules, gate 3" in shown
    assert "Gate 2: many, better by 0.10" in shown
    assert "Gate 3: many" not in shown
    wrong = text(browser.post(address, sent | {"bars": "many > 0.7", "baseline": "nobody:9"}))
    assert "“many &gt; 0.7” is no bar" in wrong
    assert "There is no model version “nobody:9”" in wrong


def test_keywords_are_refused_by_name(client_as: Login, veran: Expert, many: Suite, new: ModelVersion) -> None:
    many.cases.update(scorer="keyword")
    sent = {"primary": "many", "improvement": "0.3", "judged": "0"}
    answer = client_as(Role.TRAINER).post(f"/experts/{veran.uuid}/gate/edit/", sent)
    assert "Many 1 is scored by keywords" in text(answer)


def test_the_experts_page_leads_to_its_gate(client_as: Login, veran: Expert, new: ModelVersion) -> None:
    viewer = client_as(Role.VIEWER)
    assert f'href="{gate_address(veran)}"' in text(viewer.get(veran.get_absolute_url()))
    assert gate_address(veran, new) in text(viewer.get(f"/models/{new.uuid}/evaluations/"))
