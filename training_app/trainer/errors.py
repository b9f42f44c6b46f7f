"""What a person can put right. A class's docstring is the message: what is wrong, a blank line, what to do."""

from __future__ import annotations

import inspect


class TrainerError(Exception):
    """The trainer cannot go on.

    Read the trainer's output.
    """

    exit_code = 1

    def __init__(self, **values: object) -> None:
        wrong, _, advice = inspect.cleandoc(self.__doc__ or "").partition("\n\n")
        self.error = wrong.replace("\n", " ").format(**values)
        self.advice = advice.replace("\n", " ").format(**values)
        super().__init__(f"{self.error} {self.advice}".strip())


class SpecError(TrainerError):
    """The spec {path} is wrong: {problem}.

    Correct it and start again.
    """

    exit_code = 2


class NotWithThisBackend(TrainerError):
    """{backend} does not know {what}.

    Set it otherwise in the recipe, or choose a backend that knows it.
    """

    exit_code = 2


class OtherNumberOfProcesses(TrainerError):
    """The spec is for {devices} processes, and {count} were started.

    Start it with `python -m torch.distributed.run --standalone --nproc-per-node {devices} -m training_app.trainer
    SPEC`.
    """

    exit_code = 2


class NoSuchLayers(TrainerError):
    """The base model has no layers named {names}.

    Correct target_modules or modules_to_save; empty target_modules means every linear layer.
    """

    exit_code = 2


class WorkDirHoldsARun(TrainerError):
    """The folder {path} already holds checkpoints of a run.

    Set resume to true to go on with it, or name another work_dir.
    """

    exit_code = 2


class AnotherRunsCheckpoint(TrainerError):
    """The checkpoint at step {step} was made with other settings or data: {differing}.

    Restore them to go on with that run, or name another work_dir.
    """

    exit_code = 2


class PrecisionNotHere(TrainerError):
    """This device ({device}) does not train in {precision}.

    Set precision to auto, or to {others}.
    """

    exit_code = 2


class OptimizerNotHere(TrainerError):
    """The optimizer {optimizer} pages its state to and from a GPU, and this device ({device}) is none.

    Set optimizer to adamw_8bit or adamw_torch.
    """

    exit_code = 2


class BitsAndBytesMissing(TrainerError):
    """{use} needs the package bitsandbytes, which this interpreter lacks.

    Run `make setup` or `afs host setup` on this machine, or choose a recipe that does without.
    """

    exit_code = 2


class DomainUnknown(TrainerError):
    """This trainer has no domain {domain}.

    Leave domain empty: an answer then counts as right when it is the expected text.
    """

    exit_code = 2


class NoRoom(TrainerError):
    """{free} are free in {path}, and a checkpoint of this run needs {needed}.

    Delete checkpoints of other runs or stored files that nothing uses, then go on from the last sealed checkpoint.
    """


class WorkDirBusy(TrainerError):
    """Another trainer still works in {path}.

    Wait until it has stopped, or end it.
    """


class DataRefused(TrainerError):
    """The rows cannot be trained on as they are.

    Correct them and start again.
    """

    exit_code = 3


class RowsUnreadable(DataRefused):
    """Line {line} of {name} is no row: {problem}.

    Write each line as {{"messages": [{{"role": ..., "content": ...}}, ...]}}, the last message the assistant's.
    """


class NoRows(DataRefused):
    """The snapshot has no rows to train on: {name} is missing or empty.

    Take a snapshot that has accepted samples.
    """


class NoPairs(DataRefused):
    """The snapshot has no preference pairs to train on: {name} is missing or empty.

    Choose between answers on the page Preferences, or edit answers, then build another snapshot with those samples.
    """


class NoValidation(DataRefused):
    """{setting} needs validation rows, and the snapshot has none: {name} is missing or empty.

    Build a snapshot with a share for validation, or train without {setting}.
    """


class AnswersBeginApart(DataRefused):
    """Line {line} of {name}: the chat template writes what was asked differently before each of the two answers.

    Take a base model whose chat template leaves the question as it is.
    """


class RowsSeeEachOther(DataRefused):
    """Packing is not safe here: rows packed into one line change each other's loss by {difference} a token, which is
    more than {tolerance}.

    Set packing to false: this base model or its attention does not keep packed rows apart on this device.
    """


class NoRowsShortEnough(DataRefused):
    """No row of {name} has at most {length} tokens, to which memory limits this run.

    Train a smaller base model, or one in 4 bits, at the length of the rows.
    """


class NothingTrained(DataRefused):
    """{count} of {total} rows in {name} have no trained token, the first at line {line}.

    Give them an answer, or use a chat template that marks the assistant's turns.
    """


class EndOfTurnCut(DataRefused):
    """{count} of {total} rows in {name} would lose the end of an answer to max_length, the first at line {line}.

    Raise max_length to {longest} or more, or shorten those rows.
    """


class EndOfTurnNotTrained(DataRefused):
    """{count} of {total} rows in {name} end a trained answer without an end-of-turn token, the first at line {line}.

    Use a chat template whose assistant turns end with one of {stops}: without it the model never learns to stop.
    """


class TurnsNotMarked(DataRefused):
    """{name} has rows with several answers, and the chat template does not mark which tokens are the assistant's.

    Put {{% generation %}} … {{% endgeneration %}} around the assistant's turn in the template, or train on single
    answers.
    """


class TemplateRefusesRow(DataRefused):
    """The chat template refuses line {line} of {name}: {problem}.

    Leave out what this base model's template does not know (often the system message), or take another base model.
    """


class TokensDiffer(DataRefused):
    """Line {line} of {name} has other tokens here than those that the launch page shows: the base's tokenizer.json and
    this machine's transformers cut it differently.

    Fetch the base model again with the tokenizer files of its own revision, or install the transformers that it asks
    for. A tiny base model of an earlier afsweb is built anew under Base models.
    """


class NoChatTemplate(DataRefused):
    """The base model's folder {path} has no chat template.

    Take the instruct variant of the base model, or add a chat_template.jinja to the folder.
    """


class BaseUnreadable(DataRefused):
    """The base model's folder {path} cannot be used: {problem}.

    Fetch the base model again, with its tokenizer and its weights as safetensors.
    """


class GradientNotFinite(TrainerError):
    """The gradient at step {step} is not finite: the weights are lost with it.

    Lower the learning rate or max_grad_norm, then go on from the last sealed checkpoint.
    """


class ReplayDiffers(DataRefused):
    """This is not what the bundle was made from: {differing}.

    Give the folders of that base model and that snapshot; `afs artifact` finds them by their sha256.
    """


class TrackerMissing(TrainerError):
    """This interpreter has no tracker {names}; usable: {usable}.

    Install it there, or take it out of the recipe's trackers.
    """

    exit_code = 2


class MemoryRanOut(TrainerError):
    """Memory ran out {when}: {said}

    Halve batch_size and double gradient_accumulation: the result stays the same.
    """

    exit_code = 4


class LossNotANumber(TrainerError):
    """The loss at step {step} is not a number: training diverged.

    Lower the learning rate or add warm-up steps, then go on from the last sealed checkpoint.
    """


class AdapterOfAnotherBase(DataRefused):
    """The adapter of {name} belongs to {found}, not to {base}.

    Merge adapters of one base model only.
    """


class AdapterOfAnotherTokenizer(DataRefused):
    """The adapter of {name} was trained with another tokenizer than {base} has.

    Merge it with the revision of the base that it was trained on.
    """


class CannotMergeAdapter(DataRefused):
    """The adapter of {name} cannot be merged: {problem}.

    Leave it out, or use it as it is.
    """


class AdaptersDoNotFit(DataRefused):
    """The adapters of {one} and {other} cannot be summed: {problem}.

    Merge adapters whose layers fit, trained without modules_to_save.
    """


class MergeInexact(TrainerError):
    """What was merged is {error:.2g} away from what it should be; {expected:.2g} was expected, give or take {bound:g}.

    Nothing was kept. Read the output, and report the two adapters.
    """
