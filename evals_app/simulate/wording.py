"""Personas worded by an endpoint: the sketch that a program made, told as a person of the domain would be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from afsweb.core.models import Endpoint, Job
from afsweb.llm.answering import Answer, Prompt, Sampling, open_endpoint
from datasets_app.models import Domain
from evals_app.errors import PersonaNotWorded
from evals_app.simulate.personas import Persona

# What the endpoint may word anew; id, seed, name and kind stay the program's.
WORDED = ("knows", "wants", "talks", "goal", "satisfied", "openings")
SAMPLING = Sampling(temperature=0.7, max_new_tokens=1_200)
TEMPLATE = """Word this sketch of a person anew, for conversations with an assistant about the subject below.

Subject: {name}. {description}
The sketch, as JSON:
{sketch}

Answer with one JSON object that has the same keys and nothing beside it. Keep what each text says, make it concrete for
the subject, and write every opening as this person would write it: {count} openings, each about another thing, none of
them in words of the sketch."""


def word_personas(
    endpoint: Endpoint, domain: Domain, personas: Sequence[Persona], job: Job | None = None
) -> Iterator[Persona]:
    """Each persona in the endpoint's words, as it comes. Raises PersonaNotWorded and EndpointUnusable."""
    prompts = {_key(text): (text, persona) for persona in personas for text in [_prompt(domain, persona)]}
    asked = (Prompt(key, [{"role": "user", "content": text}], persona.seed) for key, (text, persona) in prompts.items())
    with open_endpoint(endpoint, job=job, purpose="personas") as answerer:
        for group in answerer.stream(asked, SAMPLING):
            for answer in group:
                yield _worded(endpoint, prompts[answer.key][1], answer)


def _prompt(domain: Domain, persona: Persona) -> str:
    sketch = json.dumps(persona.model_dump(mode="json", include=set(WORDED)), ensure_ascii=False, indent=1)
    facts = {"name": domain.name, "description": domain.description, "count": len(persona.openings)}
    return TEMPLATE.format(sketch=sketch, **facts)


def _key(text: str) -> int:
    """A paid question is found again by its key, so the key says what was asked."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)


def _worded(endpoint: Endpoint, persona: Persona, answer: Answer) -> Persona:
    try:
        if answer.error:
            raise ValueError(answer.error)
        told = json.loads(answer.text[answer.text.index("{") : answer.text.rindex("}") + 1])
        worded = Persona.model_validate(persona.model_dump() | {name: told[name] for name in WORDED})
        if len(set(worded.openings)) != len(persona.openings):
            raise ValueError(f"it needs {len(persona.openings)} different openings")
    except ValidationError as error:
        raise PersonaNotWorded(endpoint=endpoint, persona=persona.id, reason=error.errors()[0]["msg"]) from None
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        reason = str(error)[:200] or "it is no JSON"
        raise PersonaNotWorded(endpoint=endpoint, persona=persona.id, reason=reason) from None
    return worded
