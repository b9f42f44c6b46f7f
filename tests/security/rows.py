"""One real row for each kind of page, so that every page is opened on something."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models.functions import Now

from afsweb.core.models import Channel, ChannelKind, Endpoint, Event, Host, JobState, ModelBackup, Provider, Role, User
from afsweb.llm.keys import save_key
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.models import (
    BulkVerb,
    Campaign,
    Comment,
    Decision,
    Domain,
    Export,
    PairOrigin,
    PreferencePair,
    Resolution,
    Review,
    ReviewQueue,
    Sample,
    SecretFinding,
)
from datasets_app.symbols.maps import NewMap, add_symbols
from evals_app.models import Case, EvalRun, Result, Rubric, Suite
from evals_app.simulate.suites import drafts_of, make_file
from tests.datasets.mapping import map_of
from tests.rows import make_backup_row
from tests.schedules.making import make_schedule
from tests.upkeep.making import make_watched
from tests.web import loop
from training_app.models import Expert, Merge, MergePart, ModelVersion
from training_app.presets.catalog import OURS

# Arguments that no row gives.
OTHERS: dict[str, dict[str, Any]] = {
    "draw_curve": {"measure": "learning_rate"},
    "draw_taken": {"which": "processor"},
    "export_comparison": {"what": "cases.csv"},
    "show_conversation": {"repeat": 0},
    "export_board": {"what": "cases.csv"},
    "show_preset": {"slug": "afsweb"},
    "show_register": {"name": "2100"},
    "show_instruction": {"name": "lda"},
}


def make_rows(admin: User) -> dict[str, Any]:
    """What url_table.py calls `about` -> the row."""
    source, run, comparison = loop.add_source(), loop.add_run(), loop.add_comparison()
    sample = loop.newest_sample()
    assert sample.current
    suite = comparison.baseline.suite
    (job,) = loop.add_jobs(JobState.FAILED)
    return {
        "person": User.objects.create(username="somebody", role=Role.VIEWER),
        "job": job,
        "host": Host.objects.get_or_create(name="a-host")[0],
        "artifact": run.adapter,
        "channel": Channel.objects.create(person=admin, kind=ChannelKind.EMAIL, name="e-mail"),
        "schedule": make_schedule("a schedule"),
        "watched": make_watched(Host.objects.get_or_create(name="a-host")[0]),
        "model_backup": ModelBackup.objects.create(day="2026-11-26"),
        "backup": make_backup_row(),
        "key": save_key("a key", Provider.GEMINI, "a-secret-of-length-twenty", by=admin),
        "endpoint": Endpoint.objects.create(name="an endpoint", provider=Provider.GEMINI, model="m"),
        "review": Review.objects.create(sample=sample, version=sample.current, reviewer=admin, decision=Decision.SKIP),
        "queue": ReviewQueue.objects.create(name="a queue", owner=admin, is_shared=True),
        "sample": sample,
        "comment": Comment.objects.create(sample=sample, version=sample.current, author=admin, text="A comment."),
        "secret": add_secret(sample, admin),
        "sample_version": sample.current,
        "saved_view": ReviewQueue.objects.create(name="a view", owner=admin, query={"state": "pending"}),
        "bulk": draft(Wish(BulkVerb.ACCEPT, picked=[sample.uuid]), by=admin),
        "event": Event.objects.order_by("-pk").first(),
        "source": source,
        "symbols": add_symbols(NewMap(source.domain, "symbols"), b'{"$7E0010": "MODE"}', by=admin),
        "map": map_of([sample], [(0.0, 0.0)], admin),
        "campaign": add_campaign(),
        "pair": add_pair(),
        "snapshot": run.snapshot,
        "export": Export.objects.create(name="samples", format="jsonl", artifact=run.adapter, created_by=admin),
        "run": run,
        "recipe": run.recipe,
        "preset": OURS,
        "sweep": loop.add_sweep(run),
        "retraining": loop.add_retraining(run),
        "version": comparison.candidate.version,
        "merge": add_merge(comparison.candidate.version),
        "base_model": run.recipe.base_model,
        "expert": Expert.objects.get_or_create(slug="tester", defaults={"name": "Tester", "purpose": "Tests."})[0],
        "suite": suite,
        "case": suite.cases.first(),
        "conversation": (conversation := add_conversation(comparison.candidate.version)),
        "conversations": conversation.run.suite,
        "eval_run": comparison.candidate,
        "comparison": comparison,
        "rubric": Rubric.objects.create(
            slug="clarity", name="Clarity", criteria=[{"name": "a", "text": "b", "weight": 1}]
        ),
    }


def add_conversation(version: ModelVersion) -> Result:
    """One that was held with a persona."""
    suite = Suite.objects.create(
        slug="talks", name="Talks", domain=Domain.objects.get(slug="text"), scorer="rubric", sha256="0" * 64
    )
    file = make_file(suite.domain, count=2, seed=9000, conversations=1)
    drafts = [drafts_of(persona, file)[0] for persona in file.personas]
    case, _ = (Case.objects.create(suite=suite, **asdict(draft)) for draft in drafts)
    run = EvalRun.objects.create(suite=suite, version=version)
    return Result.objects.create(run=run, case=case, transcript=case.messages, stop_reason="turn limit")


def add_merge(version: ModelVersion) -> Merge:
    merge = Merge.objects.create(name="merged", base_model=version.base_model)
    MergePart.objects.create(merge=merge, version=version)
    return merge


def add_campaign() -> Campaign:
    return Campaign.objects.create(
        name="a campaign",
        domain=Domain.objects.get(slug="asm65816"),
        generator="registers",
        target=10,
        source=loop.add_source(1, "campaign's source"),
    )


def add_secret(sample: Sample, admin: User) -> SecretFinding:
    """One that was let pass: it holds nothing back that the other rows are exported with."""
    about = {"sample": sample, "version": sample.current, "field": "output", "line": 1, "kind": "email"}
    resolved = {"how": Resolution.ALLOWED, "resolved_at": Now(), "resolved_by": admin}
    return SecretFinding.objects.create(excerpt="a••••", digest="0" * 64, **about, **resolved)


def add_pair() -> PreferencePair:
    chosen, rejected = (one.current for one in Sample.objects.select_related("current").order_by("pk")[:2])
    assert chosen
    assert rejected
    return PreferencePair.objects.create(chosen=chosen, rejected=rejected, origin=PairOrigin.CHOICE)


def arguments(name: str, row: Any, keys: list[str]) -> dict[str, Any]:
    """The arguments of the address of `row`'s page: its uuid (a job's key is one), its suite's for a case's."""
    own = getattr(row, "uuid", None) or getattr(row, "pk", None)
    values: dict[str, Any] = {key: own for key in keys if key.endswith("_id")}
    if isinstance(row, Result):
        values |= {"run_id": row.run.uuid, "case_id": row.case.uuid}
    if "suite_id" in keys and hasattr(row, "suite"):
        values["suite_id"] = row.suite.uuid
    return values | OTHERS.get(name, {})
