"""How fast a file becomes searchable samples, beside a bare COPY of the same rows into the same columns."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.harness import Bar, hub, report, rows

WORDS = ("LDA", "STA", "register", "screen", "brightness", "blank", "scroll", "sprite", "palette", "bank", "vblank")
# 10,000 rows are searchable within 20 s.
ROWS_PER_SECOND = 500


def lines(count: int) -> Iterator[bytes]:
    """Seeded rows of about 600 bytes, no two alike."""
    draw = random.Random(7)
    for number in range(count):
        words = " ".join(draw.choices(WORDS, k=70))
        content = {
            "instruction": f"What does routine {number} do?",
            "input": f"LDA #${number % 256:02X}",
            "output": words,
        }
        yield json.dumps(content | {"kind": "bench", "group_id": f"bench-{number // 3}"}).encode() + b"\n"


def import_file(path: Path) -> float:
    """Seconds from the upload to the last sample's being searchable."""
    from django.conf import settings

    from datasets_app.exchange.sources import Wish, start_import
    from datasets_app.exchange.uploads import blocks_of, save_upload
    from datasets_app.models import Domain, Source
    from tests.rows import run_job

    # A million rows are more than one upload may have unless somebody says so.
    settings.UPLOAD_LIMIT_BYTES = max(settings.UPLOAD_LIMIT_BYTES, path.stat().st_size)
    begin = time.perf_counter()
    source = start_import(Wish(Domain.objects.get(slug="text"), path.name), save_upload(blocks_of(path)), by=None)
    assert source.job is not None
    run_job(source.job)
    took = time.perf_counter() - begin
    source = Source.objects.get(pk=source.pk)
    if (source.imported, source.rejected) != (rows(), 0):
        sys.exit(f"the import took {source.imported} rows and rejected {source.rejected}: {source.job}")
    return took


def copy_bare(path: Path) -> float:
    """Seconds that a COPY of the parsed rows takes into a table with the same text, search vector and indexes."""
    from django.db import connection

    from datasets_app.models import SampleVersion

    parsed = [json.loads(line) for line in path.open("rb")]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (LIKE {SampleVersion._meta.db_table} INCLUDING ALL)")
        begin = time.perf_counter()
        columns = "id, uuid, sample_id, number, system, instruction, input, output, sha256, normal_sha256"
        with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
            for number, row in enumerate(parsed):
                key = f"{number:032x}"
                fields = (row["instruction"], row["input"], row["output"])
                copy.write_row((number, key, number, 1, "", *fields, key * 2, key * 2))
        took = time.perf_counter() - begin
        cursor.execute("DROP TABLE bare")
    return took


def main() -> None:
    with hub(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.jsonl"
        with path.open("wb") as file:
            file.writelines(lines(rows()))
        ours, bare = import_file(path), copy_bare(path)
    rate, control = rows() / ours, rows() / bare
    figures = {"rows": rows(), "rate_per_s": round(rate, 1), "control_per_s": round(control, 1)}
    report(
        "import",
        figures | {"rate_to_control": round(rate / control, 3)},
        {"rows_per_s": Bar(round(rate, 1), at_least=ROWS_PER_SECOND)},
    )


if __name__ == "__main__":
    main()
