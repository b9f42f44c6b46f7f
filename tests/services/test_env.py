"""A wrong setting is refused with one sentence that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afsweb.env import (
    SettingError,
    database_config,
    env_bool,
    env_choice,
    env_folder,
    env_folders,
    env_int,
    env_list,
    env_secret,
    env_str,
    running_redis_url,
)

NAME = "AFS_A_SETTING"


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def put_value(value: str, name: str = NAME) -> None:
        monkeypatch.setenv(name, value)

    return put_value


@pytest.mark.parametrize("text", [None, "", "  "])
def test_unset_and_empty_give_the_default(put: Callable[..., None], text: str | None) -> None:
    if text is not None:
        put(text)
    assert env_str(NAME, "x") == "x"
    assert env_bool(NAME, True)
    assert env_int(NAME, 3) == 3
    assert env_list(NAME, ["a"]) == ["a"]


@pytest.mark.parametrize(("text", "value"), [("1", True), ("True", True), ("on", True), ("0", False), ("No", False)])
def test_switch(put: Callable[..., None], text: str, value: bool) -> None:
    put(text)
    assert env_bool(NAME, not value) is value


def test_list_drops_space_and_empty_parts(put: Callable[..., None]) -> None:
    put(" a, b ,,c ")
    assert env_list(NAME) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "read", "reason"),
    [
        ("maybe", lambda: env_bool(NAME, False), "neither on nor off"),
        ("ten", lambda: env_int(NAME, 1), "not a whole number"),
        ("0", lambda: env_int(NAME, 1, minimum=1), "too small"),
        ("101", lambda: env_int(NAME, 1, maximum=100), "too large"),
        ("prod", lambda: env_choice(NAME, ("development", "production"), "development"), "development, production"),
        ("mysql://h/d", lambda: database_config(NAME, Path("/nowhere")), "does not name a Postgres"),
        ("postgresql://h:x/d", lambda: database_config(NAME, Path("/nowhere")), "no URL"),
        ("postgresql://host/", lambda: database_config(NAME, Path("/nowhere")), "does not name a Postgres"),
    ],
)
def test_wrong_value_is_refused(put: Callable[..., None], text: str, read: Callable[[], Any], reason: str) -> None:
    put(text)
    with pytest.raises(SettingError) as refused:
        read()
    assert reason in str(refused.value)
    assert str(refused.value).startswith(NAME)
    assert "\n" not in str(refused.value)


def test_secret_from_file(put: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    put(str(tmp_path / "key"), f"{NAME}_FILE")
    assert env_secret(NAME) == "s3cret"


def test_secret_missing_is_refused() -> None:
    with pytest.raises(SettingError, match="is not set"):
        env_secret(NAME)


def test_secret_given_twice_is_refused(put: Callable[..., None], tmp_path: Path) -> None:
    put("a")
    put(str(tmp_path), f"{NAME}_FILE")
    with pytest.raises(SettingError, match="both set"):
        env_secret(NAME)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00\xd8"])
def test_secret_file_that_cannot_serve_is_refused(
    put: Callable[..., None], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    put(str(path), f"{NAME}_FILE")
    with pytest.raises(SettingError, match=r"cannot be read|is empty"):
        env_secret(NAME)


def test_database_url_is_taken_apart(put: Callable[..., None]) -> None:
    put("postgresql://me:p%40ss@db.example:6543/mine?sslmode=require")
    assert database_config(NAME, Path("/nowhere")) == {
        "NAME": "mine",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "require"},
    }


def test_unset_urls_are_those_of_the_running_servers(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(
        '{"DATABASE_URL": "postgresql://afs:x@127.0.0.1:4/afsweb", "REDIS_URL": "redis://h:5/0"}'
    )
    assert database_config(NAME, tmp_path)["PORT"] == "4"
    assert running_redis_url(tmp_path) == "redis://h:5/0"


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"REDIS_URL": 3}'])
def test_without_running_servers_nothing_answers(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    assert database_config(NAME, tmp_path)["PORT"] == "1"
    assert running_redis_url(tmp_path) == "redis://127.0.0.1:1/0"


def test_folders_are_whole_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (env_folder(NAME), env_folders(NAME)) == (None, [])
    monkeypatch.setenv(NAME, "/mnt/a")
    assert env_folder(NAME) == Path("/mnt/a")
    monkeypatch.setenv(NAME, "/mnt/a, /mnt/b")
    assert env_folders(NAME) == [Path("/mnt/a"), Path("/mnt/b")]
    for wrong in ("backup", "/mnt/a,b"):
        monkeypatch.setenv(NAME, wrong)
        with pytest.raises(SettingError, match="depends on where a program starts: write the whole path"):
            env_folders(NAME)
