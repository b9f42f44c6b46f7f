"""Fetching a base model from Hugging Face: the row, and the job that brings its files and pins their revision."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction

from afsweb.core.artifacts import store_artifact
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Artifact, ArtifactKind, EventSource, Host, User
from afsweb.storage import room_in
from training_app.bases.hugging_face import Listing, fetch_file, is_whole, largest_first, look_up
from training_app.bases.known import BY_ID, INSTRUCT_OF
from training_app.errors import IsBeingFetched, NotMadeToAnswer
from training_app.models import BaseModel
from training_app.presets.rows import make_presets
from training_app.preview.shape import read_shape
from training_app.registry.versions import make_base_version
from training_app.trainer.plain import load_plain, read_json

MIB = 1 << 20


def add_base(
    model_id: str,
    *,
    by: User | None,
    revision: str = "main",
    host: Host | None = None,
    anyway: bool = False,
    source: EventSource = EventSource.UI,
) -> BaseModel:
    """The base model of that id; a job fetches it on `host`, or on any that takes jobs of the queue “default”.

    Raises NotMadeToAnswer for a known variant that was not trained to answer, unless it is wanted `anyway`;
    IsBeingFetched.
    """
    if model_id in INSTRUCT_OF and not anyway:
        raise NotMadeToAnswer(model=model_id, instruct=INSTRUCT_OF[model_id])
    with transaction.atomic():
        base, _ = BaseModel.objects.select_for_update(of=("self",)).get_or_create(
            model_id=model_id, defaults=known_facts(model_id)
        )
        if base.job is not None and not base.job.is_final:
            raise IsBeingFetched(model=model_id)
        base.job = enqueue(
            "training.fetch_base",
            {"base_id": base.pk, "revision": revision or "main"},
            title=f"Fetch {model_id}",
            by=by,
            about=("show_base_model", base),
            host=host,
        )
        base.save(update_fields=["job"])
        record("fetch", base, actor=by, source=source, after={"model_id": model_id, "revision": revision})
    return base


def known_facts(model_id: str) -> dict[str, object]:
    """What its maker publishes, where it is one of the known ones."""
    known = BY_ID.get(model_id)
    if known is None:
        return {"is_instruct": model_id not in INSTRUCT_OF}
    return {
        "parameters": known.shape.parameters,
        "context_tokens": known.context_tokens,
        "licence": known.licence,
        "strengths": known.strengths,
    }


@job("training.fetch_base")
def fetch(ctx: JobContext, *, base_id: int, revision: str) -> None:
    """Bring the files, verify them, keep them, pin the commit. The files that are whole stay for the next attempt."""
    base = BaseModel.objects.get(pk=base_id)
    ctx.progress(0, None, "asking Hugging Face")
    listing = look_up(base.model_id, revision)
    folder = settings.WORK_DIR / "bases" / f"{base.uuid}-{listing.commit[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # half files of an attempt that was killed
    with room_in(folder):
        _bring(ctx, listing, folder)
    total = listing.size // MIB
    ctx.progress(total, total, "keeping the files")
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    template, facts = _facts(folder)
    weights = store_artifact(ArtifactKind.BASE_MODEL, base.model_id, folder, ctx.job)
    with ctx.fenced():
        _pin(base, listing, weights, template, facts)
    shutil.rmtree(folder, ignore_errors=True)


def _bring(ctx: JobContext, listing: Listing, folder: Path) -> None:
    total, come = max(listing.size // MIB, 1), 0

    def tell(size: int) -> None:
        nonlocal come
        come += size
        ctx.progress(min(come // MIB, total), total, f"fetching {listing.commit[:12]}, MiB")

    for file in largest_first(listing.files):
        if is_whole(file, folder):
            tell(file.size)
        else:
            fetch_file(listing, file, folder, tell)


def _facts(folder: Path) -> tuple[str, dict[str, int]]:
    """The sha256 of its chat template, and the numbers its config.json says; refuses what a training would refuse."""
    config = read_json(folder, "config.json")
    template = hashlib.sha256(load_plain(folder).chat_template.encode()).hexdigest()
    context = config.get("text_config", config).get("max_position_embeddings") or 0
    return template, {"parameters": read_shape(config).parameters, "context_tokens": int(context)}


def _pin(base: BaseModel, listing: Listing, weights: Artifact, template: str, facts: dict[str, int]) -> None:
    base.weights, base.revision, base.template_sha256 = weights, listing.commit, template
    base.licence = base.licence or listing.licence[:100]
    base.parameters = base.parameters or facts["parameters"]
    base.context_tokens = base.context_tokens or facts["context_tokens"] or None
    base.save(update_fields=["weights", "revision", "template_sha256", "licence", "parameters", "context_tokens"])
    make_base_version(base)
    make_presets(base)
