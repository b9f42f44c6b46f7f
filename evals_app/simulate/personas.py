"""A persona, and the file that holds some: JSON that `afs eval personas` writes and `--personas` reads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from evals_app.errors import PersonasRefused, SeedIsOfTraining

# What training may be generated from (seed 004, "Evaluation Methodology"); personas of evaluation begin far above.
LAST_OF_TRAINING = 4_999
FIRST = 9_000
MOST = 200
MOST_TURNS = 30

# Without control characters but line ends and tabs, which Postgres or a terminal would choke on.
_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600, pattern=_TEXT)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=_TEXT)]
Opening = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000, pattern=_TEXT)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Persona(_Strict):
    """Somebody who talks with a version: what they know, want and keep to themselves, and when they are satisfied.

    Each of `openings` begins one conversation. `kind` is what sort of wish it is, the category of its cases.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,40}$")]
    seed: Annotated[int, Field(ge=0, le=2**31)]
    name: Short
    kind: Short
    knows: Line
    wants: Line
    talks: Line
    goal: Line
    satisfied: Line
    openings: Annotated[tuple[Opening, ...], Field(min_length=1, max_length=20)]


class PersonaFile(_Strict):
    """Personas with what their conversations share: at most `turns` answers each, judged by `rubric` (slug:number).

    `made_by` says which program or endpoint worded them.
    """

    format: Literal["afs personas 1"] = "afs personas 1"
    domain: Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,50}$")]
    turns: Annotated[int, Field(ge=1, le=MOST_TURNS)]
    rubric: Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,64}:[0-9]{1,6}$")]
    made_by: Line
    personas: Annotated[tuple[Persona, ...], Field(min_length=1, max_length=MOST)]

    def as_json(self) -> str:
        """The file's text, the same for the same personas."""
        return self.model_dump_json(indent=1) + "\n"


def read_personas(text: str | bytes) -> PersonaFile:
    """The personas of a file. Raises PersonasRefused and SeedIsOfTraining."""
    try:
        found = PersonaFile.model_validate_json(text)
    except ValidationError as error:
        raise PersonasRefused(reason=_first(error)) from None
    ids = [persona.id for persona in found.personas]
    if len(set(ids)) < len(ids):
        raise PersonasRefused(reason=f"two of them are called {next(one for one in ids if ids.count(one) > 1)}")
    for persona in found.personas:
        check_seed(persona.seed)
    return found


def check_seed(seed: int) -> None:
    """Raise SeedIsOfTraining for a seed that training may have been generated from."""
    if seed <= LAST_OF_TRAINING:
        raise SeedIsOfTraining(seed=seed, last=LAST_OF_TRAINING, first=FIRST)


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    place = " ".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg']}".removeprefix(": ")[:200]
