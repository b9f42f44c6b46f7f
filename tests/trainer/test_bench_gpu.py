"""`make bench-gpu` measures where a card is, and says why where none is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import gpu


def stand_in(path: Path, told: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{told}'\n")
    path.chmod(0o755)
    return path


def test_without_a_card_it_says_why_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = stand_in(tmp_path / "plain", '{"torch": "2.13.0", "torch_error": "", "cuda": false}')
    assert gpu.main({"trl": plain, "unsloth": tmp_path / "none"}) == 2
    said = capsys.readouterr().err
    assert "trl: not measured: PyTorch 2.13.0 finds no card by CUDA" in said
    assert "unsloth: not measured: there is no" in said


def test_it_measures_each_backend_that_finds_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    well = stand_in(tmp_path / "well", '{"torch": "2.13.0", "torch_error": "", "cuda": true}')
    broken = stand_in(tmp_path / "broken", '{"torch_error": "", "unsloth_error": "ImportError: x", "cuda": true}')
    measured: list[str] = []

    def measure(backend: str, _: Path) -> int:
        measured.append(backend)
        return 1

    monkeypatch.setattr(gpu, "measure", measure)
    assert gpu.main({"trl": well, "unsloth": broken}) == 1
    assert measured == ["trl"]
