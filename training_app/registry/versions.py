"""Model versions: a base as it is, what a run trained, what was merged; each with the endpoint that answers for it."""

from __future__ import annotations

from django.db.models import Max, QuerySet
from django.utils.text import slugify

from afsweb.core.archiving import set_archived
from afsweb.core.models import Artifact, ArtifactKind, Endpoint, EventSource, Provider, User
from training_app.errors import BaseHasNoWeights, IsCurrentVersion
from training_app.models import BaseModel, Expert, Merge, ModelVersion, TrainingRun


def make_version(run: TrainingRun, result: Artifact) -> ModelVersion:
    """The version that `run` made of an adapter or of whole weights, with its endpoint; one made before is found.

    Call it in a transaction.
    """
    made = ModelVersion.objects.filter(run=run).first()
    if made is not None:
        return made
    base = run.recipe.base_model
    name = slugify(run.name)[:64] or "version"
    number = next_number(name)
    parts = {result_field(result): result}
    endpoint = _endpoint(f"{name} v{number}", base, parts.get("adapter"), parts.get("weights"))
    return ModelVersion.objects.create(name=name, number=number, base_model=base, run=run, endpoint=endpoint, **parts)


def make_base_version(base: BaseModel) -> ModelVersion:
    """The version that is the base as it is, to compare with. Call it in a transaction."""
    made = plain_bases().filter(base_model=base).first()
    if made is not None:
        return made
    name = slugify(base.model_id.replace("/", "-"))[:64] or "base"
    number = next_number(name)
    endpoint = _endpoint(f"{name} v{number}", base, None)
    return ModelVersion.objects.create(name=name, number=number, base_model=base, endpoint=endpoint)


def plain_bases() -> QuerySet[ModelVersion]:
    """The versions that are a base as it is (`ModelVersion.is_plain_base`)."""
    return ModelVersion.objects.filter(run=None, adapter=None, weights=None, imported_from="")


def make_merged_version(merge: Merge, made: Artifact) -> ModelVersion:
    """The version that came of a merge, with its endpoint. Call it in a transaction, fenced."""
    part = merge.parts.select_related("version__endpoint__base_weights", "version__base_model__weights")[0].version
    name, number = merge.name, next_number(merge.name)
    base, adapter = (made, None) if merge.into_base else (base_weights_of(part), made)
    return ModelVersion.objects.create(
        name=name,
        number=number,
        base_model=merge.base_model,
        adapter=adapter,
        weights=made if merge.into_base else None,
        endpoint=_endpoint(f"{name} v{number}", merge.base_model, adapter, base),
        system_prompt=part.system_prompt,
        temperature=part.temperature,
    )


def base_weights_of(version: ModelVersion) -> Artifact:
    """The weights that its adapter is for: those it answers with. Raises BaseHasNoWeights."""
    weights = version.endpoint.base_weights if version.endpoint else None
    weights = weights or version.base_model.weights
    if weights is None:
        raise BaseHasNoWeights(model=version.base_model)
    return weights


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


def result_field(result: Artifact) -> str:
    """Where a run and its version keep it: `adapter`, or `weights` of a model that was trained whole."""
    return "adapter" if result.kind == ArtifactKind.ADAPTER else "weights"


def _endpoint(name: str, base: BaseModel, adapter: Artifact | None, weights: Artifact | None = None) -> Endpoint:
    return Endpoint.objects.create(
        name=name,
        provider=Provider.TRANSFORMERS,
        model=base.model_id,
        base_weights=weights or base.weights,
        adapter_weights=adapter,
    )
