"""Every address that the project answers to, found in its URL patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# What stands for an argument when there is no row: a uuid of nothing, a number of nothing, a word that means nothing.
NOTHING: dict[str, Callable[[], Any]] = {
    "UUIDConverter": uuid4,
    "IntConverter": int,
    "StringConverter": lambda: "x",
    "SlugConverter": lambda: "x",
    "PathConverter": lambda: "x",
}
# The admin's two patterns that are regular expressions, and its unnamed redirects from old addresses.
WORDS = {"admin:app_list": {"app_label": "core"}}
OF_OURS = ("/admin/login/", "/admin/password_change/")


@dataclass(frozen=True)
class Address:
    """One pattern. `name` is its URL name with its namespace, or its path where it has no name."""

    name: str
    pattern: URLPattern
    path: str

    @property
    def group(self) -> str:
        """admin, django_rq, or "" for a page of ours."""
        if self.name in OF_OURS:
            return ""
        return "admin" if self.name.startswith("/admin/") else self.name.rpartition(":")[0]

    def url(self, given: dict[str, Any] | None = None) -> str:
        """The address, with an argument that names nothing for each that is not given."""
        if not self.pattern.name:
            return self.path.partition("<")[0].partition("(")[0]
        values: dict[str, Any] = dict(WORDS.get(self.name, {}))
        for key, converter in self.pattern.pattern.converters.items():
            values[key] = (given or {}).get(key) or NOTHING[type(converter).__name__]()
        return reverse(self.name, kwargs=values)


def addresses() -> list[Address]:
    """All of them, the admin's and the queue's too."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        else:
            yield Address(f"{namespace}{pattern.name}" if pattern.name else path, pattern, path)
