"""All gates of a launch: what they find, and whether it may begin."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from afsweb.core.artifacts import unread_path
from afsweb.storage import StorageError
from datasets_app.models import Snapshot
from training_app.backends.params import TrainingParams
from training_app.errors import GateNeedsReason, GateStops
from training_app.gates.evidence import look_at_evidence, name_samples
from training_app.gates.finding import Finding
from training_app.gates.others import look_at_others
from training_app.gates.rows import read_splits
from training_app.gates.texts import look_at_texts
from training_app.gates.tokens import look_at_tokens
from training_app.models import Recipe
from training_app.trainer.errors import TrainerError
from training_app.trainer.plain import load_plain

UNSEEN = Finding("not looked at", "", "The trainer looks at every row before its first step.")
NO_VALIDATION = Finding(
    "no validation",
    "The recipe goes by validation, and the snapshot has no validation rows",
    "Build the snapshot with a share to validate with, or keep the last state.",
    stops=True,
)


def look_at_gates(recipe: Recipe, snapshot: Snapshot) -> list[Finding]:
    """What the gates find, what stops the launch first. Recipe with its base's weights, snapshot with its files."""
    params = TrainingParams(**recipe.params)
    found = [*_rows(recipe, snapshot, params), *look_at_evidence(snapshot), *look_at_others(recipe, snapshot)]
    if not snapshot.validation_count and (params.early_stopping or params.keep != "last"):
        found.append(NO_VALIDATION)
    return sorted(name_samples(found, snapshot), key=lambda one: (not one.stops, one.may_be_meant))


def _rows(recipe: Recipe, snapshot: Snapshot, params: TrainingParams) -> list[Finding]:
    """The gates that read the files, on this machine; where they are not here, that they were not read."""
    if params.objective != "sft":
        return []  # its rows are pairs, which the trainer checks by rules of their own
    try:
        assert recipe.base_model.weights and snapshot.artifact
        return list(_read(unread_path(recipe.base_model.weights), unread_path(snapshot.artifact), params.max_length))
    except (StorageError, TrainerError) as error:
        return [Finding(UNSEEN.gate, f"The rows could not be looked at here: {error}", UNSEEN.advice)]


@lru_cache(maxsize=64)
def _read(base: Path, folder: Path, max_length: int) -> tuple[Finding, ...]:
    """Kept: both folders are named by what is in them. Raises BaseUnreadable, NoChatTemplate."""
    special = load_plain(base).special_texts()
    texts = list(look_at_texts(read_splits(folder), special))
    told = {one.gate for one in texts}
    tokens = [one for one in look_at_tokens(base, folder, max_length) if one.gate != "template" or not told & UNREAD]
    return (*texts, *tokens)


# A row that is no conversation cannot be encoded either: told once.
UNREAD = {"empty", "unreadable"}


def refuse(findings: list[Finding], reason: str) -> None:
    """Raise GateStops for what nobody can mean, and GateNeedsReason for the rest that stops, without a reason."""
    stopping = [one for one in findings if one.stops and not one.may_be_meant]
    if stopping:
        raise GateStops(said=_sentences(stopping))
    meant = [one for one in findings if one.stops]
    if meant and not reason.strip():
        raise GateNeedsReason(said=_sentences(meant))


def _sentences(findings: list[Finding]) -> str:
    return " ".join(f"{one.text}{_how_many(one)}. {one.advice}".strip() for one in findings)


def _how_many(one: Finding) -> str:
    return "" if one.count is None or one.total is None else f": {one.count:,} of {one.total:,} rows"
