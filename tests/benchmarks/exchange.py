"""How fast samples become Parquet, and how much memory export and import take, beside a bare COPY of the same text."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.memory import Peak

# A million rows leave within a minute, on a machine that has 4 GB of memory for everything.
ROWS_PER_SECOND, MEGABYTES = 20_000, 500


def timed(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and the peak of memory in MB."""
    with Peak() as peak:
        begin = time.perf_counter()
        do()
        took = time.perf_counter() - begin
    return took, peak.megabytes


def export(path: Path) -> None:
    """All samples to one Parquet file, as the job writes it."""
    from datasets_app.exchange.exporting import written
    from datasets_app.exchange.exports import Writing, write_file
    from datasets_app.exchange.formats import FORMATS
    from datasets_app.models import Export

    writing = Writing(None, Export(name="bench", query={}))
    write_file(path, written(FORMATS["parquet"], writing.entries()))
    if writing.count != rows():
        sys.exit(f"the export wrote {writing.count} of {rows()} rows")


def copy_bare(path: Path) -> None:
    """The same text by Postgres's own COPY TO, with the same join and order."""
    from django.db import connection

    with (
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(
            """COPY (SELECT version.system, instruction, input, output, messages, kind, group_id
                     FROM datasets_sample AS sample JOIN datasets_sampleversion AS version ON version.id = current_id
                     ORDER BY sample.id) TO STDOUT"""
        ) as copy,
    ):
        for block in copy:
            file.write(block)


def import_again(path: Path) -> None:
    """The Parquet file, into another domain."""
    from django.conf import settings

    from datasets_app.exchange.sources import Wish, start_import
    from datasets_app.exchange.uploads import blocks_of, save_upload
    from datasets_app.models import Domain, Source
    from tests.rows import run_job

    settings.UPLOAD_LIMIT_BYTES = max(settings.UPLOAD_LIMIT_BYTES, path.stat().st_size)
    upload = save_upload(blocks_of(path), path.name)
    source = start_import(Wish(Domain.objects.get(slug="cpp"), path.name), upload, by=None)
    assert source.job is not None
    run_job(source.job)
    source = Source.objects.get(pk=source.pk)
    if (source.imported, source.rejected) != (rows(), 0):
        sys.exit(f"the import took {source.imported} rows and rejected {source.rejected}: {source.job}")


def main() -> None:
    with hub(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.parquet"
        fill_samples(rows())
        bare, _ = timed(lambda: copy_bare(Path(folder) / "bare.txt"))
        wrote, export_peak = timed(lambda: export(path))
        read, import_peak = timed(lambda: import_again(path))
    rate, control = rows() / wrote, rows() / bare
    figures = {
        "rows": rows(),
        "parquet_rows_per_s": round(rate, 1),
        "control_copy_rows_per_s": round(control, 1),
        "rate_to_control": round(rate / control, 3),
        "import_rows_per_s": round(rows() / read, 1),
    }
    report(
        "exchange",
        figures,
        {
            "parquet_rows_per_s": Bar(round(rate, 1), at_least=ROWS_PER_SECOND),
            "export_peak_mb": Bar(round(export_peak, 1), at_most=MEGABYTES),
            "import_peak_mb": Bar(round(import_peak, 1), at_most=MEGABYTES),
        },
    )


if __name__ == "__main__":
    main()
