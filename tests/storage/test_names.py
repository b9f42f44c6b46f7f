"""A name that some system could not hold is refused everywhere."""

from __future__ import annotations

import pytest

from afsweb.storage import Manifest, NameNotPortable, StoredFile
from afsweb.storage.manifest import check_names


@pytest.mark.parametrize(
    "path",
    [
        "a\\b", "c:d", "a?", "a*", 'a"', "a<b", "a|b", "a\x00b", "a\nb", "CON", "con.txt", "deep/nul", "lpt1.log",
        "ends.", "ends ", "cafe\u0301", "a\u202eb", "../up", "deep/../up",
    ],
)  # fmt: skip
def test_refused(path: str) -> None:
    with pytest.raises(NameNotPortable):
        check_names([path])


@pytest.mark.parametrize("paths", [["a.txt", "A.txt"], ["Deep/a", "deep/b"], ["straße", "STRASSE"]])
def test_names_that_differ_by_case_alone_are_refused(paths: list[str]) -> None:
    with pytest.raises(NameNotPortable, match="upper and lower case"):
        check_names(paths)


def test_ordinary_names_are_taken() -> None:
    check_names(["model.safetensors", "deep/er/tokenizer.json", "café.txt", ".hidden", "a b", "console", "nul1"])


def test_order_of_files_makes_no_difference() -> None:
    one, two = StoredFile("a", 1, "0" * 64), StoredFile("b/c", 2, "1" * 64)
    assert Manifest.of([two, one]).data == Manifest.of([one, two]).data
    assert Manifest.from_bytes(Manifest.of([two, one]).data) == Manifest.of([one, two])
