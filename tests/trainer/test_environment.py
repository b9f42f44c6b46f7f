"""Which device trains and in which precision, by what torch says; a stand-in for torch says it."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest

from training_app.trainer import environment


def torch_of(*, cuda: bool = False, mps: bool = False, bf16: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        cuda=SimpleNamespace(
            is_available=lambda: cuda, is_bf16_supported=lambda: bf16, get_device_name=lambda: "RTX 5060 Ti"
        ),
        backends=SimpleNamespace(
            mps=SimpleNamespace(is_available=lambda: mps, is_macos_or_newer=lambda major, _: bf16 and major == 14)
        ),
    )


@pytest.mark.parametrize(
    ("torch", "device", "bf16", "name"),
    [
        (torch_of(), "cpu", False, "cpu "),
        (torch_of(cuda=True, bf16=True), "cuda", True, "RTX 5060 Ti"),
        (torch_of(cuda=True), "cuda", False, "RTX 5060 Ti"),
        (torch_of(mps=True, bf16=True), "mps", True, "mps "),
        (torch_of(mps=True), "mps", False, "mps "),
    ],
)
def test_the_device_and_its_precision(
    monkeypatch: pytest.MonkeyPatch, torch: SimpleNamespace, device: str, bf16: bool, name: str
) -> None:
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert (environment.device(), environment.has_bf16()) == (device, bf16)
    assert environment.device_name().startswith(name)


@pytest.mark.parametrize(("devices", "seen"), [(1, "0"), (2, None)])
def test_one_process_sees_one_card_several_see_all(
    monkeypatch: pytest.MonkeyPatch, devices: int, seen: str | None
) -> None:
    monkeypatch.setattr(os, "environ", {})
    environment.prepare(1, devices=devices)
    assert os.environ.get("CUDA_VISIBLE_DEVICES") == seen
