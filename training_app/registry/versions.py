"""Model versions: a base as it is, or with the adapter of a run; each with the endpoint that answers for it."""

from __future__ import annotations

from django.db.models import Max
from django.utils.text import slugify

from afsweb.core.archiving import set_archived
from afsweb.core.models import Artifact, Endpoint, EventSource, Provider, User
from training_app.errors import IsCurrentVersion
from training_app.models import BaseModel, Expert, ModelVersion, TrainingRun


def make_version(run: TrainingRun, adapter: Artifact) -> ModelVersion:
    """The version that `run` made, with its endpoint; one made before is found. Call it in a transaction."""
    made = ModelVersion.objects.filter(run=run).first()
    if made is not None:
        return made
    base = run.recipe.base_model
    name = slugify(run.name)[:64] or "version"
    number = next_number(name)
    return ModelVersion.objects.create(
        name=name,
        number=number,
        base_model=base,
        run=run,
        adapter=adapter,
        endpoint=_endpoint(f"{name} v{number}", base, adapter),
    )


def make_base_version(base: BaseModel) -> ModelVersion:
    """The version that is the base as it is, to compare with. Call it in a transaction."""
    made = ModelVersion.objects.filter(base_model=base, run=None, adapter=None).first()
    if made is not None:
        return made
    name = slugify(base.model_id.replace("/", "-"))[:64] or "base"
    number = next_number(name)
    endpoint = _endpoint(f"{name} v{number}", base, None)
    return ModelVersion.objects.create(name=name, number=number, base_model=base, endpoint=endpoint)


def set_version_archived(
    version: ModelVersion, archived: bool, *, by: User | None, source: EventSource = EventSource.UI
) -> None:
    """Take a version out of the lists, or bring it back. Raises IsCurrentVersion while an expert uses it."""
    expert = Expert.objects.filter(current_version=version).first()
    if expert is not None:
        raise IsCurrentVersion(version=version, expert=expert)
    set_archived(version, archived, by=by, source=source)


def next_number(name: str) -> int:
    """The number after the newest version of that name; two at once are settled by the unique constraint."""
    return (ModelVersion.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0) + 1


def _endpoint(name: str, base: BaseModel, adapter: Artifact | None) -> Endpoint:
    return Endpoint.objects.create(
        name=name,
        provider=Provider.TRANSFORMERS,
        model=base.model_id,
        base_weights=base.weights,
        adapter_weights=adapter,
    )
