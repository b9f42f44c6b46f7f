"""The simulator is told who it is, and a program reads from its words whether it still plays that part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afsweb.core.models import Endpoint, Provider
from afsweb.llm.answering import Answer, Sampling
from evals_app.models import Case, Result
from evals_app.simulate import simulator
from evals_app.simulate.conversation import Conversation
from evals_app.simulate.simulator import read, simulator_sha256
from evals_app.simulate.stops import StopReason
from tests.evals.talking import persona

ENDPOINT = Endpoint(name="a user", provider=Provider.OPENAI_COMPATIBLE, base_url="http://127.0.0.1:1/v1", model="m")


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("And how does the second one work?", None),
        ("Thanks, that is all. [[satisfied]]", StopReason.GOAL),
        ("[[ Satisfied ]]", StopReason.GOAL),
        ("This leads nowhere. [[given up]]", StopReason.GAVE_UP),
        ("Not yet [[satisfied]], or rather no. [[given_up]]", StopReason.GAVE_UP),
        ("  ", StopReason.SIMULATOR_ERROR),
        ("how does it work", StopReason.REPEATED),
        ("As an AI, I have no wishes.", StopReason.LEFT_ROLE),
        ("As a language model I am content. [[satisfied]]", StopReason.LEFT_ROLE),
        ("I'm an assistant, so I can explain it.", StopReason.LEFT_ROLE),
        ("Of course! How can I help you with that?", StopReason.LEFT_ROLE),
        ("I see.\nAssistant: Then let us go on.", StopReason.LEFT_ROLE),
        ("My hidden goal is to explain it.", StopReason.LEFT_ROLE),
        # What people say, and a simulator may.
        ("How can I help my team with it?", None),
        ("Is an AI able to do that, or an assistant?", None),
        ("I am a user of it myself. User interfaces are not my thing.", None),
        ("My goal is an example.", None),
    ],
)
def test_what_it_said_is_read_by_a_program(text: str, stop: StopReason | None) -> None:
    assert read(text, ["Hello!", "How does it work?"]).stop == stop


def test_marks_are_no_part_of_what_was_said() -> None:
    assert read("Good. [[satisfied]]", []).text == "Good."


def test_its_hash_holds_the_words_the_endpoint_the_model_and_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    first = simulator_sha256(ENDPOINT)
    assert simulator_sha256(ENDPOINT) == first
    other = Endpoint(name="a user", provider=Provider.OPENAI_COMPATIBLE, base_url=ENDPOINT.base_url, model="n")
    assert simulator_sha256(other) != first
    for name, value in (
        ("TEMPLATE", simulator.TEMPLATE + " "),
        ("VERSION", "other"),
        ("SAMPLING", replace(simulator.SAMPLING, temperature=0.1)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(simulator, name, value)
            assert simulator_sha256(ENDPOINT) != first


def conversation(turns: int = 2, repeat: int = 0, run_seed: int = 0) -> Conversation:
    about = persona(1).model_dump(mode="json", exclude={"openings"})
    case = Case(key="p9001/1", messages=[{"role": "user", "content": "How does it work?"}])
    case.expected = {"persona": about, "turns": turns, "rubric": "conversation:1"}
    return Conversation(Result(pk=7, repeat=repeat), case, run_seed)


def test_the_simulator_is_told_who_it_is_and_what_was_said() -> None:
    one = conversation()
    one.hear(Answer(1, "Like this."))
    system, turn = one.prompt().messages
    assert (system["role"], turn["role"]) == ("system", "user")
    for part in ("You are Ada,", "Nothing yet.", "They have to explain it tomorrow.", "[[satisfied]]"):
        assert part in system["content"]
    assert "You: How does it work?\n\nAssistant: Like this.\n\nWrite your next message." in turn["content"]


def test_its_own_label_is_no_part_of_what_it_said() -> None:
    assert read("You: And then?", []).text == "And then?"
    assert read("You: how does it work", ["How does it work?"]).stop == StopReason.REPEATED


def test_the_version_is_told_nothing_about_the_persona() -> None:
    assert list(conversation().prompt().messages) == [{"role": "user", "content": "How does it work?"}]


def test_each_conversation_has_its_seed_whoever_answers() -> None:
    assert conversation().seed == conversation().seed
    assert conversation(repeat=1).seed != conversation().seed
    assert conversation(run_seed=5).seed == conversation().seed + 5
    assert conversation().prompt().seed == conversation().seed


def test_a_turn_has_a_key_of_its_own() -> None:
    one, other = conversation(), conversation()
    first = one.prompt().key
    assert other.prompt().key == first
    one.hear(Answer(1, "Like this."))
    other.hear(Answer(1, "Like that."))
    assert len({first, one.prompt().key, other.prompt().key}) == 3


def test_the_last_answer_may_still_satisfy() -> None:
    one = conversation(turns=1)
    one.hear(Answer(1, "Like this.", output_tokens=3, milliseconds=10))
    assert (one.stop, one.side) == (None, "simulator")
    one.hear(Answer(2, "That is it. [[satisfied]]", output_tokens=50, milliseconds=90))
    assert (one.stop, len(one.messages)) == (StopReason.GOAL, 3)
    assert (one.output_tokens, one.milliseconds) == (3, 10)


@pytest.mark.parametrize("answer", [Answer(2, "And then?"), Answer(2, error="503"), Answer(2, "How does it work?")])
def test_at_the_limit_nothing_else_counts(answer: Answer) -> None:
    one = conversation(turns=1)
    one.hear(Answer(1, "Like this."))
    one.hear(answer)
    assert (one.stop, one.error, len(one.messages)) == (StopReason.TURN_LIMIT, "", 2)


def test_a_template_of_braces_is_only_text() -> None:
    one = conversation()
    one.case.expected["persona"]["wants"] = "A {brace} and {0}."
    one.hear(Answer(1, "Like this."))
    assert "A {brace} and {0}." in one.prompt().messages[0]["content"]


def test_the_simulator_draws() -> None:
    assert Sampling(temperature=0.7, max_new_tokens=400) == simulator.SAMPLING
