"""`afs asm verify`: texts and samples on the ladder, with their counter-examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Afs
from tests.domains.asm65816.verify.asars import stand_in, writes
from tests.domains.asm65816.verify.test_seed_samples import DAMAGE, FASTER, REVIEW

GOOD = "The screen goes on:\n\n```asm\nMain:\nLDA #$0F\nSTA $2100 ; INIDISP\nRTS\n```\n"
SAMPLES: list[dict[str, Any]] = [
    {"instruction": "Explain this ALTTP routine and suggest an optimization", "input": DAMAGE, "output": FASTER},
    {"instruction": "Review this code for bugs", "input": "```asm\nLDA #$00\nTAX\n```", "output": REVIEW},
]


def document() -> str:
    """A document in Markdown that prints samples, and other things in JSON."""
    printed = "\n\nand\n\n".join(f"```json\n{json.dumps(sample, indent=2)}\n```" for sample in SAMPLES)
    return f'# Strategy\n\n```json\n{{"rate": 3}}\n```\n\n{printed}\n\n```json\n{{ not json }}\n```\n'


def test_a_right_text_says_how_far_it_came(afs: Afs) -> None:
    said = afs("asm", "verify", "-", typed=GOOD)
    assert said.status == 0
    assert "level 7 of 8: bytes and cycles measured; 6 bytes, 12 cycles" in said.out
    assert "ok    line 6 of the output:" in said.out
    assert said.out.endswith("1 text, 0 with something wrong\n")


def test_a_wrong_text_shows_the_line_and_exits_with_1(afs: Afs) -> None:
    said = afs("asm", "verify", "-", typed=GOOD.replace("INIDISP", "VMAIN"))
    assert said.status == 1
    assert "bad   line 6 of the output:" in said.out
    assert "        6 | STA $2100 ; VMAIN" in said.out


def test_a_text_that_stopped_says_at_which_step(afs: Afs) -> None:
    assert (
        "level 5 of 8: flow checked; stopped at “facts checked”"
        in afs("asm", "verify", "-", typed=GOOD.replace("INIDISP", "VMAIN")).out
    )
    assert (
        "level 0 of 8: nothing confirmed; stopped at “facts checked”"
        in afs("asm", "verify", "-", typed="VMAIN is at $2100.").out
    )


def test_the_names_of_a_project_are_checked_too(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "link.json").write_text('{"$7E0022": "LINK_X"}')
    told = ("asm", "verify", "-", "--symbols", tmp_path / "link.json")
    assert afs(*told, typed="LINK_X is at $7E0022.").status == 0
    said = afs(*told, typed="LINK_X is at $7E0024.")
    assert said.status == 1
    assert "[symbol_name_contradicted]" in said.out


def test_a_symbol_file_that_cannot_be_read_is_named(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"$7E0022": 5}')
    said = afs("asm", "verify", "-", "--symbols", tmp_path / "bad.json", typed=GOOD)
    assert said.status == 1
    assert "bad.json: The symbol map cannot be read." in said.err
    assert "There is no file" in afs("asm", "verify", "-", "--symbols", "none.sym", typed=GOOD).err


def test_both_samples_printed_in_a_document_are_wrong_and_why_is_shown(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "strategy.md").write_text(document())
    said = afs("asm", "verify", tmp_path / "strategy.md")
    assert said.status == 1
    assert said.out.endswith("2 texts, 2 with something wrong\n")
    first, second = said.out.split("\ntext 2")
    assert "[other_effect]" in first
    table = first.partition("the original")[2]
    assert "both begin with  A=$" in table
    assert "unchanged" in table or "$00" in table
    assert "“X = $1000” is wrong. X is $0010 here." in second


@pytest.mark.parametrize("form", ["lines", "list"])
def test_samples_in_json(afs: Afs, tmp_path: Path, form: str) -> None:
    lines = "\n".join(json.dumps(sample) for sample in SAMPLES)
    (tmp_path / "s.jsonl").write_text(lines if form == "lines" else json.dumps(SAMPLES))
    assert afs("asm", "verify", tmp_path / "s.jsonl").out.endswith("2 texts, 2 with something wrong\n")


def test_one_sample_in_json_is_judged_by_what_it_answers(afs: Afs) -> None:
    asked = {"instruction": "Which register is at $2100?", "output": "It is INIDISP."}
    said = afs("asm", "verify", "-", typed=json.dumps(asked))
    assert "“INIDISP” is right." in said.out
    assert "level 6 of 8: facts checked" in said.out


def test_a_program_reads_a_line_for_each_sample(afs: Afs) -> None:
    said = afs("asm", "verify", "-", "--json", typed="\n".join(json.dumps(sample) for sample in SAMPLES))
    assert said.status == 1
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [(one["sample"], one["line"]) for one in found] == [(1, 1), (2, 2)]
    assert found[0]["said"] == "bytes and cycles measured"
    assert any(one["code"] == "other_effect" and one["table"] for one in found[0]["findings"])
    assert "asm65816" in found[0]["tool_versions"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"output": "x"}\n{"output": \n', "standard input is no JSON in line 2: expecting value."),
        ('{"instruction": "x"}', "standard input, line 1: a sample is an object whose “output”"),
        ('{"output": "x", "input": 5}', "a sample is an object whose “output”, “instruction” and “input” are texts."),
        ("[1]", "a sample is an object"),
        ("[" * 100_000, "is no JSON in line 1"),
        (json.dumps({"output": "x" * 70_000}), "standard input, line 1 has more than 65,536 bytes"),
    ],
)
def test_what_is_no_sample_is_refused(afs: Afs, text: str, message: str) -> None:
    said = afs("asm", "verify", "-", typed=text)
    assert (said.status, said.out) == (1, "")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_asar_is_asked_where_it_is_wanted(afs: Afs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFS_ASAR", str(stand_in(tmp_path, writes("A90F8D002160"))))
    assert "asar" not in afs("asm", "verify", "-", typed=GOOD).out
    assert (
        "asar 1.91 makes the same 6 bytes of this code.  [asar_agrees]"
        in afs("asm", "verify", "-", "--asar", typed=GOOD).out
    )


def test_who_wants_asar_and_has_none_is_told(afs: Afs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFS_ASAR", str(tmp_path / "none"))
    said = afs("asm", "verify", "-", "--asar", typed=GOOD)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert "there is no such program" in said.err
