"""The tiny base model: built once out of a domain's vocabulary, small enough to learn on a CPU in a minute."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from afsweb.core.artifacts import store_artifact
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import ArtifactKind, EventSource, User
from afsweb.storage import room_in
from datasets_app.domains.base import Generator, get_domain
from datasets_app.models import Domain
from training_app.backends.trl import run_program
from training_app.errors import BuildFailed, DomainHasNoVocabulary
from training_app.models import BaseModel
from training_app.registry.versions import make_base_version

VOCABULARY_ROWS = 2000
CONTEXT_TOKENS = 512


def tiny_id(domain: Domain) -> str:
    """What the domain's tiny base model is called. The first edition's tokenizer file said what nobody did with it."""
    return f"afsweb/tiny-{domain.slug}-2"


def build_tiny_base(domain: Domain, *, by: User | None, source: EventSource = EventSource.UI) -> BaseModel:
    """The domain's tiny base model; a new one is built by a job. Raises DomainHasNoVocabulary."""
    if not get_domain(domain.slug).primers:
        raise DomainHasNoVocabulary(domain=domain.name)
    with transaction.atomic():
        base, is_new = BaseModel.objects.get_or_create(
            model_id=tiny_id(domain),
            defaults={
                "context_tokens": CONTEXT_TOKENS,
                "licence": "Apache-2.0",
                "strengths": "Random weights and a vocabulary: learns a small domain on a CPU in a minute",
            },
        )
        if is_new or (base.weights is None and (base.job is None or base.job.is_final)):
            base.job = enqueue(
                "training.build_tiny_base",
                {"base_id": base.pk, "domain": domain.slug},
                title=f"Build {base.model_id}",
                by=by,
                about=("show_base_model", base),
            )
            base.save(update_fields=["job"])
            record("build", base, actor=by, source=source, after={"model_id": base.model_id})
    return base


@job("training.build_tiny_base")
def build(ctx: JobContext, *, base_id: int, domain: str) -> None:
    """Write the rows, run the program, keep the folder. The same rows give the same files, so twice is once."""
    base = BaseModel.objects.get(pk=base_id)
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="base-", dir=settings.WORK_DIR))
    try:
        ctx.progress(0, 3, "writing the vocabulary")
        with room_in(folder):
            _write_rows(folder / "rows.jsonl", domain)
        ctx.progress(1, 3, "building tokenizer and weights")
        told = _run(folder, domain)
        ctx.progress(2, 3, "keeping the files")
        template = hashlib.sha256((folder / "base" / "chat_template.jinja").read_bytes()).hexdigest()
        weights = store_artifact(ArtifactKind.BASE_MODEL, base.model_id, folder / "base", ctx.job)
        with ctx.fenced():
            base.weights, base.parameters, base.revision = weights, told["parameters"], weights.sha256[:12]
            base.template_sha256 = template
            base.save(update_fields=["weights", "parameters", "revision", "template_sha256"])
            make_base_version(base)
        ctx.progress(3, 3)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_rows(path: Path, domain: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for generator in get_domain(domain).primers:
            for row in _texts(generator):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _texts(generator: Generator) -> list[dict[str, Any]]:
    drafts = (generator.write(params) for params in generator.plan(VOCABULARY_ROWS, 0))
    return [
        {
            "messages": [
                {"role": "user", "content": f"{draft.instruction}\n\n{draft.input}".strip()},
                {"role": "assistant", "content": draft.output},
            ]
        }
        for draft in drafts
    ]


def _run(folder: Path, domain: str) -> dict[str, Any]:
    spec = {
        "rows_file": str(folder / "rows.jsonl"),
        "out_dir": str(folder / "base"),
        "context": CONTEXT_TOKENS,
        "words": get_domain(domain).vocabulary,
    }
    (folder / "spec.json").write_text(json.dumps(spec))
    with (folder / "output.log").open("wb") as output:
        code = run_program("training_app.trainer.tiny_base", folder / "spec.json", output=output).wait()
    said = (folder / "output.log").read_text(errors="replace").strip()
    if code != 0:
        raise BuildFailed(said=said[-2000:] or f"the program ended with code {code}.")
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told
