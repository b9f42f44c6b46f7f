"""What would train silently wrong is refused before the first step, with exit code 3 and a `failed` event."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.trainer.conftest import Make, Programs, chat, events_of, rows, write_rows

pytestmark = pytest.mark.trainer
# No generation markers, and no end-of-turn token after an answer.
ENDLESS = "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\n' }}{% endfor %}"


def refuse(programs: Programs, spec: Path, work: Path, *, code: int = 3) -> str:
    done = programs.train(spec)
    events = events_of(work)
    assert done.returncode == code, done.stderr
    assert [event["type"] for event in events] == ["failed"]
    assert done.stderr.strip().splitlines()[-1] == f"{events[0]['error']} {events[0]['advice']}"
    return done.stderr


def test_row_that_loses_its_end_of_turn_is_refused(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    write_rows(tmp_path / "snapshot" / "train.jsonl", [chat("?", "!"), chat("?", "very long " * 30), chat("?", "!")])
    spec = make_spec(tmp_path / "run", snapshot_dir=str(tmp_path / "snapshot"), max_length=32)

    said = refuse(programs, spec, tmp_path / "run")

    assert "1 of 3 rows in train.jsonl would lose the end of an answer to max_length, the first at line 2." in said
    assert "Raise max_length to " in said


def test_validation_rows_are_checked_too(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    write_rows(tmp_path / "snapshot" / "train.jsonl", rows(["{}?"]))
    write_rows(tmp_path / "snapshot" / "validation.jsonl", [chat("?", "very long " * 30)])
    spec = make_spec(tmp_path / "run", snapshot_dir=str(tmp_path / "snapshot"), max_length=32)

    assert "1 of 1 rows in validation.jsonl" in refuse(programs, spec, tmp_path / "run")


def with_template(base: Path, folder: Path, template: str | None) -> Path:
    shutil.copytree(base, folder)
    (folder / "chat_template.jinja").unlink()
    if template is not None:
        (folder / "chat_template.jinja").write_text(template)
    return folder


def test_template_without_end_of_turn_is_refused(
    programs: Programs, make_spec: Make, base: Path, tmp_path: Path
) -> None:
    endless = with_template(base, tmp_path / "endless", ENDLESS)

    said = refuse(programs, make_spec(tmp_path / "run", base_dir=str(endless)), tmp_path / "run")

    assert (
        "48 of 48 rows in train.jsonl end a trained answer without an end-of-turn token, the first at line 1." in said
    )
    assert "one of <|im_end|>" in said


def test_row_that_the_template_refuses_is_named(
    programs: Programs, make_spec: Make, base: Path, tmp_path: Path
) -> None:
    strict = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system, please') }}{% endif %}"
    picky = with_template(base, tmp_path / "picky", strict + "{{ m.content + '<|im_end|>' }}{% endfor %}")
    system = {"role": "system", "content": "Be brief."}
    write_rows(
        tmp_path / "snapshot" / "train.jsonl", [chat("?", "!"), {"messages": [system, *chat("?", "!")["messages"]]}]
    )
    spec = make_spec(tmp_path / "run", base_dir=str(picky), snapshot_dir=str(tmp_path / "snapshot"))

    said = refuse(programs, spec, tmp_path / "run")

    assert "The chat template refuses line 2 of train.jsonl: no system, please." in said


def test_second_answer_that_is_cut_away_is_refused(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    twice = {"messages": chat("One?", "1")["messages"] + chat("And two? " * 20, "2")["messages"]}
    write_rows(tmp_path / "snapshot" / "train.jsonl", [twice])
    spec = make_spec(tmp_path / "run", snapshot_dir=str(tmp_path / "snapshot"), max_length=32)

    assert "1 of 1 rows in train.jsonl would lose the end of an answer" in refuse(programs, spec, tmp_path / "run")


def test_template_that_marks_nothing_as_the_assistants_is_refused(
    programs: Programs, make_spec: Make, base: Path, tmp_path: Path
) -> None:
    mute = with_template(base, tmp_path / "mute", ENDLESS + "{% generation %}{% endgeneration %}")

    said = refuse(programs, make_spec(tmp_path / "run", base_dir=str(mute)), tmp_path / "run")

    assert "48 of 48 rows in train.jsonl have no trained token" in said


def test_base_without_chat_template_is_refused(programs: Programs, make_spec: Make, base: Path, tmp_path: Path) -> None:
    plain = with_template(base, tmp_path / "plain", None)

    said = refuse(programs, make_spec(tmp_path / "run", base_dir=str(plain)), tmp_path / "run")

    assert "has no chat template" in said
    assert "Take the instruct variant" in said


def test_base_whose_weights_are_a_pickle_is_refused(
    programs: Programs, make_spec: Make, base: Path, tmp_path: Path
) -> None:
    pickled = shutil.copytree(base, tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")

    said = refuse(programs, make_spec(tmp_path / "run", base_dir=str(pickled)), tmp_path / "run")

    assert "its weights do not load" in said


def test_layers_that_the_base_has_not_are_refused(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    spec = make_spec(tmp_path / "run", target_modules=["q_proj", "query"], modules_to_save=["head"])

    assert "has no layers named query, head" in refuse(programs, spec, tmp_path / "run", code=2)


def test_empty_snapshot_is_refused(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()

    said = refuse(programs, make_spec(tmp_path / "run", snapshot_dir=str(tmp_path / "snapshot")), tmp_path / "run")

    assert "The snapshot has no rows to train on" in said


def test_folder_that_holds_a_run_is_not_begun_again(
    programs: Programs, make_spec: Make, whole_run: Path, tmp_path: Path
) -> None:
    work = tmp_path / "run"
    shutil.copytree(whole_run / "checkpoints", work / "checkpoints")

    assert "already holds checkpoints of a run" in refuse(programs, make_spec(work), work, code=2)


def test_unforeseen_failure_is_told_as_an_event(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "checkpoints").write_text("in the way")

    done = programs.train(make_spec(tmp_path / "run", max_steps=2))

    failed = events_of(tmp_path / "run")[-1]
    assert done.returncode == 1
    assert failed["error"].startswith("FileExistsError: ")
    assert "go on from the last sealed checkpoint" in failed["advice"]
    assert "Traceback" in done.stderr


def test_wrong_spec_ends_with_code_2(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    done = programs.train(make_spec(tmp_path / "run", rank=0))

    assert done.returncode == 2
    assert "rank is 0, but must be a whole number from 1 to 4096" in done.stderr
    assert not (tmp_path / "run").exists()
