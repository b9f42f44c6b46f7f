"""Adapters put together: the sum is exact by peft's own reckoning, a merged base says what base and adapter said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import ArtifactKind
from tests.rows import make_base, run_job
from tests.trainer.conftest import Programs
from training_app.merges.launching import merge_adapters, merge_into_base
from training_app.models import BaseModel, Merge, ModelVersion
from training_app.trainer.errors import AdapterOfAnotherBase, AdapterOfAnotherTokenizer, CannotMergeAdapter, SpecError
from training_app.trainer.merging.adapters import read_adapter
from training_app.trainer.merging.spec import load_merge_spec

pytestmark = pytest.mark.trainer
BY_PEFT = Path(__file__).with_name("by_peft.py")
Merging = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def adapters(programs: Programs, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one adapter of each kind, made by peft with random factors."""
    folder = tmp_path_factory.mktemp("adapters")
    made = programs.run(BY_PEFT, "make", base, folder)
    assert made.returncode == 0, made.stderr
    return folder


def write_spec(work: Path, base: Path, adapters: Path, parts: dict[str, float], **more: Any) -> Path:
    work.mkdir(parents=True, exist_ok=True)
    spec = {
        "work_dir": str(work),
        "base_dir": str(base),
        "base_id": "afsweb/tiny",
        "adapter_dirs": [str(adapters / name) for name in parts],
        "names": list(parts),
        "weights": list(parts.values()),
        **more,
    }
    (work / "spec.json").write_text(json.dumps(spec))
    return work / "spec.json"


@pytest.fixture
def merge(programs: Programs, base: Path, adapters: Path, tmp_path: Path) -> Merging:
    """`merge({"plain": 0.6, …})`: the report; the folder is `tmp_path`/work/merged."""

    def run(parts: dict[str, float], base_dir: Path = base, **more: Any) -> dict[str, Any]:
        spec = write_spec(tmp_path / "work", base_dir, adapters, parts, **more)
        done = programs.run("-m", "training_app.trainer.merge", spec)
        assert done.returncode == 0, done.stderr
        lines = [json.loads(line) for line in (tmp_path / "work" / "progress.jsonl").read_text().splitlines()]
        assert [line["done"] for line in lines[:-1]] == list(range(len(lines) - 1))
        report: dict[str, Any] = lines[-1]["report"]
        return report

    return run


def peft_says(programs: Programs, base: Path, merged: Path, adapters: Path, parts: dict[str, float]) -> float:
    """The error of the merged adapter by peft's own reckoning of what each adapter adds."""
    words = [word for name, weight in parts.items() for word in (str(weight), adapters / name)]
    done = programs.run(BY_PEFT, "error", base, merged, *words)
    assert done.returncode == 0, done.stderr
    return float(done.stdout.splitlines()[-1])


def test_a_sum_of_ranks_alphas_and_rslora_is_exact(
    merge: Merging, programs: Programs, base: Path, adapters: Path, tmp_path: Path
) -> None:
    parts = {"plain": 0.6, "narrow": 0.3, "rslora": -0.5}
    report = merge(parts)
    assert report["delta_error"] < 1e-5
    assert (report["rank"], report["left_out"]) == (8 + 4 + 9, 0.0)
    assert peft_says(programs, base, tmp_path / "work" / "merged", adapters, parts) < 1e-5


def test_a_lower_rank_says_what_it_leaves_out(merge: Merging, tmp_path: Path) -> None:
    report = merge({"plain": 1.0, "narrow": 1.0}, rank=6)
    assert report["rank"] == 6
    assert 0.1 < report["left_out"] < 0.9
    # One comes of the singular values, the other of the files that were written.
    assert report["delta_error"] == pytest.approx(report["left_out"], abs=1e-3)
    config = json.loads((tmp_path / "work" / "merged" / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["use_rslora"]) == (6, 6, False)


def test_an_adapter_summed_with_itself_needs_no_more_than_its_own_rank(merge: Merging) -> None:
    report = merge({"plain": 0.25, "./plain": 0.75}, rank=8)
    assert report["left_out"] < 1e-6
    assert report["delta_error"] < 1e-5


def test_a_merged_base_says_what_base_and_adapter_said(
    merge: Merging, snapshot: Path, tmp_path: Path, base: Path
) -> None:
    """DoRA with a head of its own: what cannot be summed, but goes into the base."""
    report = merge({"dora": 1.0}, into_base=True, prompts_file=f"{snapshot}/validation.jsonl", prompts=4)
    assert (report["prompts"], report["alike"], report["dtype"]) == (4, 4, "float32")
    assert 0 < report["max_logit_difference"] < 1e-3
    assert report["delta_error"] < 1e-5
    merged = tmp_path / "work" / "merged"
    for name in ("tokenizer.json", "config.json"):
        assert (merged / name).read_bytes() == (base / name).read_bytes()
    assert (merged / "model.safetensors").read_bytes() != (base / "model.safetensors").read_bytes()
    assert not (merged / "adapter_config.json").exists()


def test_a_base_of_16_bits_stays_one_and_the_rounding_is_said(merge: Merging, adapters: Path, snapshot: Path) -> None:
    rows = f"{snapshot}/validation.jsonl"
    report = merge({"rslora": 1.0}, adapters / "bf16", into_base=True, prompts_file=rows, prompts=4)
    assert report["dtype"] == "bfloat16"
    assert 1e-4 < report["rounded_off"] < 0.1
    assert report["delta_error"] < 1e-5
    assert 0 < report["max_logit_difference"] < 0.5


REFUSED: list[Any] = [
    ("dora", {}, CannotMergeAdapter, "it is DoRA"),
    ("plain", {"rank_pattern": {"q_proj": 4}}, CannotMergeAdapter, "rank_pattern"),
    ("plain", {"bias": "all"}, CannotMergeAdapter, "bias"),
    ("plain", {"peft_type": "IA3"}, CannotMergeAdapter, "IA3, not LoRA"),
    ("plain", {"init_lora_weights": "pissa"}, CannotMergeAdapter, "pissa"),
    ("plain", {"base_model_name_or_path": "Qwen/Qwen3-4B"}, AdapterOfAnotherBase, "belongs to Qwen/Qwen3-4B"),
]


@pytest.mark.parametrize(("kind", "changed", "error", "said"), REFUSED)
def test_what_does_not_sum_is_refused_by_name(
    adapters: Path, base: Path, tmp_path: Path, kind: str, changed: dict[str, Any], error: type[Exception], said: str
) -> None:
    config = json.loads((adapters / kind / "adapter_config.json").read_text())
    (tmp_path / "adapter_config.json").write_text(json.dumps({**config, **changed}))
    with pytest.raises(error, match=said) as raised:
        read_adapter("veran v2", tmp_path, base, "afsweb/tiny")
    assert "veran v2" in str(raised.value)


def test_an_adapter_with_another_tokenizer_is_refused(adapters: Path, base: Path, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_bytes((adapters / "plain" / "adapter_config.json").read_bytes())
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(AdapterOfAnotherTokenizer, match=r"veran v2 was trained with another tokenizer"):
        read_adapter("veran v2", tmp_path, base, "afsweb/tiny")


def test_adapters_that_trained_the_head_each_its_own_way_are_refused(
    programs: Programs, base: Path, adapters: Path, tmp_path: Path
) -> None:
    spec = write_spec(tmp_path / "work", base, adapters, {"with-head": 0.5, "other-head": 0.5})
    done = programs.run("-m", "training_app.trainer.merge", spec)
    assert done.returncode == 3
    assert "with-head and other-head cannot be summed: each trained lm_head.weight whole" in done.stderr
    assert not (tmp_path / "work" / "merged").exists()


def test_adapters_with_the_same_head_keep_it(merge: Merging, tmp_path: Path, adapters: Path) -> None:
    assert merge({"with-head": 0.5, "./with-head": 0.5})["delta_error"] < 1e-5
    config = json.loads((tmp_path / "work" / "merged" / "adapter_config.json").read_text())
    assert config["modules_to_save"] == ["lm_head"]


def test_the_job_makes_a_version_of_each_kind(
    db: None, base: Path, adapters: Path, snapshot: Path, tmp_path: Path, settings: Any
) -> None:
    """Both kinds through the job, as a worker does them: the files, the version, what answers for it, the report."""
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    model = make_base(base, "afsweb/tiny")
    parts = [make_version(model, kind, adapters / kind) for kind in ("plain", "rslora")]
    summed = merge_adapters("both", [(parts[0], 0.6), (parts[1], 0.4)], rank=None, by=None)
    assert run_merge(summed) == "both v1"
    version = ModelVersion.objects.get(name="both")
    assert (version.weights, version.origin, version.is_plain_base) == (None, "adapters merged", False)
    assert version.endpoint is not None
    assert (version.endpoint.base_weights, version.endpoint.adapter_weights) == (model.weights, version.adapter)
    assert summed.report["rank"] == 8 + 9

    # A merged adapter goes into its base like a trained one.
    into_base = merge_into_base(version, by=None)
    assert run_merge(into_base) == "both-merged v1"
    whole = ModelVersion.objects.select_related("endpoint").get(name="both-merged")
    assert (whole.adapter, whole.origin) == (None, "an adapter merged into its base")
    assert whole.endpoint is not None
    assert (whole.endpoint.base_weights, whole.endpoint.adapter_weights) == (whole.weights, None)
    assert into_base.report["delta_error"] < 1e-5
    assert ModelVersion.objects.filter(name__startswith="both").count() == 2


def make_version(base: BaseModel, name: str, folder: Path) -> ModelVersion:
    adapter = store_artifact(ArtifactKind.ADAPTER, name, folder)
    return ModelVersion.objects.create(name=name, base_model=base, adapter=adapter)


def run_merge(merge: Merge) -> str:
    assert merge.job is not None
    ending = run_job(merge.job)
    merge.refresh_from_db()
    assert ending.name == "succeeded", merge.error
    return str(merge.version)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weights": [0]}, "weights is"),
        ({"weights": [0.5, 0.5]}, "as many"),
        ({"into_base": True, "rank": 8}, "takes one adapter and no rank"),
        ({"adapter_dirs": ["/nowhere"]}, "/nowhere is no folder"),
    ],
)
def test_a_wrong_spec_is_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    spec = write_spec(tmp_path / "work", tmp_path, tmp_path, {".": 1.0}, **changed)
    with pytest.raises(SpecError, match=said):
        load_merge_spec(spec)
