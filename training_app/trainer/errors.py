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


class NoChatTemplate(DataRefused):
    """The base model's folder {path} has no chat template.

    Take the instruct variant of the base model, or add a chat_template.jinja to the folder.
    """


class BaseUnreadable(DataRefused):
    """The base model's folder {path} cannot be used: {problem}.

    Fetch the base model again, with its tokenizer and its weights as safetensors.
    """


class LossNotANumber(TrainerError):
    """The loss at step {step} is not a number: training diverged.

    Lower the learning rate or add warm-up steps, then go on from the last sealed checkpoint.
    """
