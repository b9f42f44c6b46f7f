"""Whatever a CSV or Parquet file holds, each row gets a reason and nothing breaks."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.exchange.containers.kind import kind_of_file
from datasets_app.exchange.containers.lines import LINE_LIMIT
from datasets_app.exchange.reading import Reject, read_samples
from datasets_app.exchange.rows import Row

HEADER = b"instruction,output\r\n"


def read(content: bytes, kind: str) -> list[tuple[int, Row] | Reject]:
    return list(read_samples(io.BytesIO(content), kind))


def codes(content: bytes, kind: str = "csv") -> list[tuple[int, str]]:
    return [(one.line, one.problem.code) if isinstance(one, Reject) else (one[0], "") for one in read(content, kind)]


def parquet(*arrays: Any, names: list[str] | None = None) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array(one) for one in arrays], names or ["instruction", "output"]), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("start", "name", "kind"),
    [
        (b"PAR1xxxx", "x.jsonl", "parquet"),
        (b'{"a": 1}', "x.csv", "jsonl"),
        (b"a,b\n1,2\n", "x.csv", "csv"),
        (b"a\tb\n", "X.TSV", "csv"),
        (b"a,b\n1,2\n", "x", "jsonl"),
        (b"cut", "x.parquet", "parquet"),
        (b"", "", "jsonl"),
    ],
)
def test_the_first_bytes_tell_what_a_file_is_and_then_its_name(start: bytes, name: str, kind: str) -> None:
    assert kind_of_file(start, name) == kind


def test_rows_of_csv_keep_every_character() -> None:
    (found,) = read(HEADER + b'"=1+1,""x""\r\n","@y\n\rz"\r\n', "csv")
    assert isinstance(found, tuple)
    assert (found[1].text.instruction, found[1].text.output) == ('=1+1,"x"\r\n', "@y\n\rz")


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t"])
def test_cells_may_be_divided_by_commas_semicolons_and_tabs(delimiter: bytes) -> None:
    assert codes(b"\n".join(delimiter.join(row) for row in ([b"instruction", b"output"], [b"a", b"b"]))) == [(2, "")]


def test_a_row_is_called_by_its_first_line() -> None:
    assert codes(HEADER + b'"a\nb",c\r\n\r\nd\r\ne,f\r\n') == [(2, ""), (5, "columns"), (6, "")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(1, "empty_file")]),
        (HEADER, [(1, "empty_file")]),
        (b"\r\n\r\n", [(1, "empty_file")]),
        (b"\xef\xbb\xbf" + HEADER + b"a,b\r\n", [(2, "")]),
        (HEADER.decode().encode("utf-16"), [(1, "encoding")]),
        (b"instruction,output,output\r\na,b,c\r\n", [(1, "columns")]),
        (HEADER + b"a\xff,b\r\nc,d\r\n", [(2, "encoding"), (3, "")]),
        (HEADER + b"a\x00,b\r\n", [(2, "nul")]),
        (HEADER + b"a,\r\n", [(2, "missing_field")]),
        (HEADER + b"a, \r\n", [(2, "empty_field")]),
        (HEADER + b"a,b,c\r\nd,e\r\n", [(2, "columns"), (3, "")]),
        (HEADER + b'"a"b,c\r\nd,e\r\n', [(2, "table"), (3, "")]),
        (HEADER + b'a,"b\r\nc,d\r\n', [(2, "table")]),
        (HEADER + b"a,b\rc,d\r\n", [(2, "table")]),
        (HEADER + b"a," + b"x" * 200_001 + b"\r\nd,e\r\n", [(2, "field_too_long"), (3, "")]),
        (HEADER + b'a,"' + b"x\n" * LINE_LIMIT, [(2, "line_too_long")]),
        (HEADER + b"a," * LINE_LIMIT, [(2, "line_too_long")]),
        (b"messages\r\nhello\r\n", [(2, "not_json")]),
        (b"messages\r\n[1]\r\n", [(2, "messages")]),
        (b"messages\r\n" + b"[" * 20_000 + b"\r\n", [(2, "too_deep")]),
        (b'messages\r\n"[{""role"": ""user"", ""role"": 1}]"\r\n', [(2, "duplicate_key")]),
        (b'instruction,output,tags\r\na,b,"[NaN]"\r\n', [(2, "number")]),
        (gzip.compress(HEADER, mtime=0), [(1, "packed")]),
        (bz2.compress(HEADER), [(1, "packed")]),
    ],
)  # fmt: skip
def test_poisoned_csv_has_its_reason(content: bytes, found: list[tuple[int, str]]) -> None:
    assert codes(content) == found


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_lines_say_so(pack: Any) -> None:
    assert codes(pack(b'{"instruction": "a", "output": "b"}'), "jsonl") == [(1, "packed")]


def test_a_zip_says_what_to_do() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.jsonl", "{}")
    (found,) = read(file.getvalue(), "jsonl")
    assert isinstance(found, Reject)
    assert str(found.problem) == "The file is packed (zip). Unpack it, and import what is inside."


def test_parquet_is_read_by_its_types() -> None:
    talk = [[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]]
    (found,) = read(parquet(talk, [["x", "y"]], [7], names=["messages", "tags", "difficulty"]), "parquet")
    assert isinstance(found, tuple)
    assert (found[1].text.output, found[1].tags, found[1].ignored) == ("b", ("x", "y"), ("difficulty",))


GOOD = parquet(["a", "c"] * 400, [f"b{number}" for number in range(800)])


def of_bytes(*values: bytes) -> bytes:
    """Texts that nobody has checked, as Parquet lets anybody write them."""
    column = pa.Array.from_buffers(pa.string(), len(values), pa.array(list(values), pa.binary()).buffers())
    file = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([column, pa.array(["b"] * len(values))], ["instruction", "output"]), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"PAR1", [(1, "table")]),
        (b"", [(1, "table")]),
        (GOOD[: len(GOOD) // 2], [(1, "table")]),
        (GOOD[:-4] + b"XXXX", [(1, "table")]),
        (b"PAR1" + b"\0" * 200 + GOOD[-100:], [(1, "table")]),
        (parquet([], []), [(1, "empty_file")]),
        (parquet(["a"], [None]), [(1, "missing_field")]),
        (parquet(["a"], [3.5]), [(1, "not_text")]),
        (parquet(["a"], [float("nan")]), [(1, "not_text")]),
        (parquet(["a"], [b"b"]), [(1, "not_text")]),
        (parquet(["a"], [["b"]]), [(1, "not_text")]),
        (parquet(["a\0"], ["b"]), [(1, "nul")]),
        (parquet(["a"], ["x" * 200_001]), [(1, "field_too_long")]),
        (parquet(["a"], ["b"], ["c"], names=["instruction", "output", "output"]), [(1, "columns")]),
        (parquet(["hello"], names=["messages"]), [(1, "not_json")]),
        (parquet([[{"role": "user"}]], names=["messages"]), [(1, "messages")]),
        (of_bytes(b"a\xff", b"good"), [(1, "not_text"), (2, "")]),
    ],
)  # fmt: skip
def test_poisoned_parquet_has_its_reason(content: bytes, found: list[tuple[int, str]]) -> None:
    assert codes(content, "parquet") == found


@settings(max_examples=60)
@given(st.integers(4, len(GOOD) - 12), st.binary(min_size=1, max_size=8))
def test_damaged_parquet_is_rows_and_then_a_reason(place: int, damage: bytes) -> None:
    found = codes(GOOD[:place] + damage + GOOD[place + len(damage) :], "parquet")
    assert all(code in ("", "table", "not_text", "missing_field", "columns", "nul", "empty_file") for _, code in found)


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text('",;\t\r\nab=', max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_reasons(content: bytes) -> None:
    for entry in read(HEADER + content, "csv"):
        if isinstance(entry, Reject):
            (str(entry.problem) + entry.excerpt).encode()
            assert "\0" not in str(entry.problem) + entry.excerpt
        else:
            json.dumps(entry[1].text.columns(), ensure_ascii=False).encode()


def test_a_long_text_in_many_rows_is_held_once() -> None:
    file, text = io.BytesIO(), "x" * 5_000_000
    table = pa.table({"instruction": pa.array([text] * 400).dictionary_encode(), "output": ["b"] * 400})
    pq.write_table(table, file)
    before = pa.total_allocated_bytes()
    found = codes(file.getvalue(), "parquet")
    assert [code for _, code in found] == ["field_too_long"] * 400
    assert pa.total_allocated_bytes() - before < 100_000_000
