"""What a person can put right about training; a class's docstring is the message that they read."""

from __future__ import annotations

from afsweb.refusal import Refusal


class TrainingError(Refusal):
    """This cannot be done with the model or the run."""


class TrainerMissing(TrainingError):
    """This host has no trainer: {python} does not exist. Run `make setup` there, or set AFS_TRAINER_PYTHON."""


class BackendCannot(TrainingError):
    """{backend} does not know {what}, which “{recipe}” asks for. Set it otherwise in the recipe, or choose a
    backend that knows it."""


class BackendMissing(TrainingError):
    """This host has no interpreter with {label}. Run `afs host setup --backend {backend}` there, start its workers
    again, then resume the run."""


class BackendNotSetUp(TrainingError):
    """{label} is not set up {where}. Run `afs host setup --backend {backend}` on one that can have it
    and start its workers again; the hub knows within five minutes. Or choose a recipe of another backend."""


class TooFewCards(TrainingError):
    """“{recipe}” trains on {devices} cards at once, and the machines here have {most} at most. Choose a recipe with
    fewer devices, or another machine."""


class BaseHasNoWeights(TrainingError):
    """The base model “{model}” has no weights yet. Build or fetch it on its page, then launch again."""


class DomainHasNoVocabulary(TrainingError):
    """The domain “{domain}” has no generator to learn words from. Choose one that has, such as asm65816."""


class BuildFailed(TrainingError):
    """The base model could not be built: {said}"""


class TrainingFailed(TrainingError):
    """{said}"""


class MemoryNeverEnough(TrainingError):
    """Memory ran out {when} ({said}), and nothing is left to change that keeps the result. The run's page offers
    recipes that need less."""


class NotOffered(TrainingError):
    """“{run}” has no such recipe to offer: only one that failed for want of memory has, and its page lists them."""


class NoTensorBoardFiles(TrainingError):
    """“{run}” has no files for TensorBoard on this machine. They are where it trains: {host}. Run the command there."""


class WorkFolderBusy(TrainingError):
    """The last trainer of “{run}” still works on this machine. Wait until it has ended, then resume it."""


class SnapshotNotReady(TrainingError):
    """The snapshot “{snapshot}” is not ready. Wait until it is built, or choose another."""


class NotTrainedHere(TrainingError):
    """“{recipe}” asks for {method}, which {backend} does not train here. It trains {known}: choose another recipe."""


class SnapshotHasNoPairs(TrainingError):
    """“{recipe}” trains on preference pairs, and “{snapshot}” has none. Choose between answers under Preferences or
    edit some, then build another snapshot with those samples."""


class CannotResume(TrainingError):
    """“{run}” is {state}: only a stopped or failed run can go on."""


class JobNotEnded(TrainingError):
    """The last job of “{run}” has not ended yet. Wait a moment, then try again."""


class IsCurrentVersion(TrainingError):
    """“{version}” is {expert}'s current version. Promote another one first."""


class HasNoAdapter(TrainingError):
    """{version} has no adapter here, so there is nothing to merge. Choose a version that a run trained."""


class NothingToMerge(TrainingError):
    """Give two versions or more a weight: a sum of one is that one."""


class NamedTwice(TrainingError):
    """{version} is named twice. Name it once, with the weights added."""


class WrongWeight(TrainingError):
    """The weight of {version} must be a number from -{largest:g} to {largest:g}, and not 0."""


class WrongRank(TrainingError):
    """The rank must be a whole number from 1 to {largest}; leave it empty for the exact sum."""


class IsAnotherBase(TrainingError):
    """{one} stands on {base}, {other} on {other_base}: their adapters do not add up. Merge versions of one base."""


class IsAnotherTokenizer(TrainingError):
    """{one} and {other} stand on {base} with different tokenizers. Merge versions that were trained with the same."""


class IsAnotherRevision(TrainingError):
    """{one} and {other} stand on different weights of {base}. Merge versions that were trained on the same revision."""


class MergeFailed(TrainingError):
    """Nothing was merged: {said}"""


class BadRecord(TrainingError):
    """This record of versions cannot be read: {problems}. docs/models.md says what it may hold. Correct it; nothing was
    kept."""


class BadEdit(TrainingError):
    """{version} stays as it is: {problems}"""


class NoQuestion(TrainingError):
    """Write a question first."""


class QuestionTooLong(TrainingError):
    """A question has at most {limit} characters of plain text. Shorten it."""


class WrongTemperature(TrainingError):
    """The temperature must be a number from 0 to {hottest:g}; 0 gives the same answer each time."""


class NothingAnswers(TrainingError):
    """Nothing answers for {version}: it has no endpoint. A version that was imported has its record here and no
    weights."""


class StillAnswering(TrainingError):
    """{version} has not answered your last question yet. Wait for the answer, or stop it."""


class NothingToStop(TrainingError):
    """{version} has answered already: there is nothing to stop."""


class AskingFailed(TrainingError):
    """The version gave no answer: {said}"""


class BadSettings(TrainingError):
    """These settings cannot be used: {problems}. Correct them, and save the recipe again."""


class PresetStays(TrainingError):
    """“{recipe}” is a preset: it stays as its source has it. Clone it under a name of your own, and change that."""


class PresetNeedsBase(TrainingError):
    """The preset “{preset}” is for {base}, which is not here. Fetch it with `afs base fetch`, or name a base that is
    here with --base."""


class GateStops(TrainingError):
    """{said}"""


class GateNeedsReason(TrainingError):
    """{said} Where training on it is meant, say why, and launch again: the reason is kept."""


class NothingToTrainOn(TrainingError):
    """Say what to train on: --snapshot and a snapshot, or --dataset and a file, folder, pattern or snapshot."""


class RunHasNoName(TrainingError):
    """Say what the run is called: a name before the options, or --output with the folder for its adapter."""


class BaseNotSaid(TrainingError):
    """Say what to train with: --recipe, or --base_model and one of {known}."""


class NoSuchDataset(TrainingError):
    """“{called}” is neither a file, a folder or a pattern that finds files here, nor a snapshot. Check its path, or
    look at `afs snapshot list`."""


class NoFilesInFolder(TrainingError):
    """The folder {folder} has no file that ends with {suffixes}. Name another folder, or the file itself."""


class DatasetRejected(TrainingError):
    """{count} lines of “{source}” were rejected, so nothing of it was imported: the first, line {line}, because
    {reason} `afs source rejects` writes them down to be mended, `afs source import-good-lines` takes the others."""


class NothingAccepted(TrainingError):
    """The gate accepted none of the {count} samples of {sources}. See why on their pages, decide them yourself under
    Review, then train again: what you accept is trained."""


class OutputTaken(TrainingError):
    """{path} {what}. Give --output a folder that is not there yet, or an empty one."""


class NoSuchModel(TrainingError):
    """Hugging Face has no model “{model}” for this machine. Check its id; where it is private, set HF_TOKEN on the
    machine that fetches it."""


class NoSuchRevision(TrainingError):
    """“{model}” has no revision “{revision}”. Leave it empty for the newest, or give a branch, tag or commit."""


class ModelIsGated(TrainingError):
    """“{model}” asks for an account that has accepted its licence. Accept it on the model's page at Hugging Face, set
    HF_TOKEN on the machine that fetches, then fetch it again."""


class NoSafeWeights(TrainingError):
    """“{model}” has no weights as safetensors; others can run code when they are loaded, and are not fetched. Choose
    another revision or model."""


class HubAway(TrainingError):
    """Hugging Face did not give “{model}”: {said} The files that have come whole are kept: fetch it again to go on."""


class FileDamaged(TrainingError):
    """The file {name} of “{model}” did not come whole. It is deleted: fetch the model again, and only it comes anew."""


class NotMadeToAnswer(TrainingError):
    """“{model}” was not trained to answer: an expert made from it seldom follows instructions. Take “{instruct}”, or
    say that you want it all the same."""


class IsBeingFetched(TrainingError):
    """“{model}” is being fetched already. Its page shows how far it is."""


class ShapeUnknown(TrainingError):
    """The config.json of this base model lacks {names}: nobody can say how much memory it takes. Give one of a model
    that writes one token after another."""


class SnapshotHeldBack(TrainingError):
    """{count} of the samples in “{snapshot}” hold{s} what looks like a secret or like personal data, so nothing trains
    on it. Look at {it} under {place}: say that it is a false alarm or allowed, or edit it away and build another
    snapshot."""

    def __init__(self, snapshot: object, count: int, place: str) -> None:
        one = count == 1
        super().__init__(
            snapshot=snapshot, count=f"{count:,}", s="s" if one else "", it="it" if one else "them", place=place
        )
        self.place = place


class NotesChanged(TrainingError):
    """Somebody else wrote notes on “{run}” meanwhile. Yours stand below, not yet saved, and theirs are above them: put
    both together, then save."""


class NotesTooLong(TrainingError):
    """Notes have at most {limit} characters; these have {count}. Shorten them, then save."""


class NothingToCompare(TrainingError):
    """Choose at least two runs to compare, at most {most}."""


class RunIsPaused(TrainingError):
    """“{run}” is paused: resume it on its page or with `afs run resume`."""


class SweepIsEmpty(TrainingError):
    """Give at least one of learning rates, ranks and epochs, and two points in all: one point is a run."""


class SweepTooLarge(TrainingError):
    """These are {count} points; a sweep has {most} at most. Leave out values until their product is not above that."""


class SweepNameTaken(TrainingError):
    """There is a {what} called “{name}” already. Choose another name: the points' recipes are called so."""


class SweepHasNone(TrainingError):
    """No run of “{sweep}” can be {done}: {state}."""


class RetrainingNameTaken(TrainingError):
    """There is a rule called “{name}” already. Choose another name."""


class RetrainingBusy(TrainingError):
    """“{rule}” is at it: {doing}. Wait until that is over."""


class RetrainingPaused(TrainingError):
    """“{rule}” is paused. Resume it first."""


class SnapshotNotBuilt(TrainingError):
    """The snapshot “{snapshot}” was not built: {why}. Put that right, then resume the rule."""


class NothingNew(TrainingError):
    """“{domain}” has no accepted sample that “{rule}” has not trained on yet. Accept some first."""


class ArchivedCannotBePromoted(TrainingError):
    """{version} is archived. Restore it on its page first, or promote another version."""


class AlreadyCurrent(TrainingError):
    """{version} is {expert}'s current version already. Choose another version to promote."""


class MayNotPromote(TrainingError):
    """{name} may not sign promotions: that needs the role trainer. Ask a trainer or an admin."""


class MayNotOverride(TrainingError):
    """{name} may not override a gate: that needs the role admin. Ask an admin, or make the gate pass."""


class ReasonMissing(TrainingError):
    """Say why the gate is overridden: the reason is kept with your name and shown to everybody."""
