"""Which kind of file something is: by its first bytes, and by its name where these do not tell."""

from __future__ import annotations

from datasets_app.exchange.problems import Packed

LINES, CSV, PARQUET = "jsonl", "csv", "parquet"
SUFFIXES = {".csv": CSV, ".tsv": CSV, ".parquet": PARQUET, ".pq": PARQUET}
MAGIC = b"PAR1"
# The first bytes of what people take for the file itself (their formats' own documents, and file(1)).
PACKED = (
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"ARROW1", "Arrow IPC"),
)


def kind_of_file(start: bytes, name: str) -> str:
    """LINES, CSV or PARQUET, of a file that begins with `start` (64 bytes or more, or all of it)."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(MAGIC):
        return PARQUET
    if text[:1] in (b"{", b"["):
        return LINES
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    return SUFFIXES.get(suffix, LINES)


def check_unpacked(start: bytes) -> None:
    """Raise `Packed` for a file that begins as archives do."""
    for magic, kind in PACKED:
        if start.startswith(magic):
            raise Packed(kind=kind)
