"""The folder form of a Hugging Face dataset: Parquet for each split, and a README.md whose header names the files.

`load_dataset(folder)` reads the header's `configs` (docs of datasets, “Create a dataset repository”, manual
configuration). It needs no package of theirs to write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from datasets_app.exchange.formats.base import Exported, Format
from datasets_app.exchange.formats.chat import fits
from datasets_app.exchange.rows import read_row
from datasets_app.models import Split

CARD = "README.md"
FILES = {Split.TRAIN: "data/train.parquet", Split.VALIDATION: "data/validation.parquet"}


def write(entries: Iterable[Exported]) -> Iterator[bytes]:
    """The bytes of one split: each sample a conversation."""
    from datasets_app.exchange.containers.tables import write_conversations

    return write_conversations(entries)


def header(counts: Mapping[Split, int], licences: Iterable[str]) -> str:
    """The YAML between the lines of dashes; `counts` are the samples of each split that has a file."""
    known = sorted({licence for licence in licences if licence})
    licence = f"license: {json.dumps(known[0].lower())}\n" if len(known) == 1 else "license: other\n" if known else ""
    files = "".join(f"  - split: {split.value}\n    path: {FILES[split]}\n" for split in counts)
    return f"---\n{licence}configs:\n- config_name: default\n  data_files:\n{files}---\n"


def short_card(name: str, counts: Mapping[Split, int], licences: Iterable[str]) -> str:
    """The header, and the least that a card says."""
    said = " and ".join(f"{count:,} in the split {split.value}" for split, count in counts.items())
    return f"{header(counts, licences)}\n# {name}\n\nSamples: {said}.\n"


HUGGING_FACE = Format(
    key="huggingface",
    name="Hugging Face dataset",
    description="A folder of Parquet, one file for each split, with a card; load_dataset(folder) reads it.",
    read=read_row,
    fits=fits,
    write=write,
    loses="Instruction and input become one message.",
    suffix="parquet",
    media_type="application/vnd.apache.parquet",
    files=FILES,
)
