"""Ranges of files over HTTP, read by the system straight into the memory of each part.

A client library hands over 64 KiB at a time, each through several calls of Python; with a hash to compute beside that,
threads then wait for the interpreter more than for the network. One request asks for several parts, so that the server
looks for its rows once for all of them.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from afsweb.storage.parts import Part
from afsweb.storage.patience import Broken


class Filling:
    """The memory of a part, and how much of it has come."""

    def __init__(self, part: Part) -> None:
        self.data, self.length = bytearray(len(part)), 0

    def fill(self, answer: http.client.HTTPResponse) -> bytearray:
        """Read until it is full. Raises `Broken` where the answer ends before."""
        with memoryview(self.data) as view:
            while self.length < len(view):
                count = answer.readinto(view[self.length :])
                if not count:
                    raise Broken("a part came cut short")
                self.length += count
        return self.data


class Ranges:
    """Connections to one server, one for each thread that reads; they stay open from one request to the next."""

    def __init__(self, url: str, headers: dict[str, str], timeout: float) -> None:
        parts = urlsplit(url)
        self.kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.host, self.root, self.headers, self.timeout = parts.netloc, parts.path.rstrip("/"), headers, timeout
        self.own, self.all = threading.local(), list[http.client.HTTPConnection]()
        self.begun: dict[tuple[str, int], Filling] = {}  # what came of a part before its connection broke

    def read(self, url: str, parts: Sequence[Part]) -> Iterator[bytearray]:
        """The bytes of parts that follow each other in a file, each as it has come; goes on within one that was begun.

        Nothing where the answer is any other than these. Raises `Broken`.
        """
        filling = self.begun.pop((url, parts[0].number), None) or Filling(parts[0])
        span = replace(parts[0], start=parts[0].start + filling.length, stop=parts[-1].stop)
        connection = self._connection()
        part: Part | None = parts[0]
        try:
            connection.request("GET", self.root + url, headers=self.headers | wanted(span))
            with connection.getresponse() as answer:
                if not is_answer(answer, span):
                    return
                for part in parts:
                    filling = filling if part is parts[0] else Filling(part)
                    yield filling.fill(answer)
            part = None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Broken(str(error) or type(error).__name__) from error
        finally:
            if part is not None:
                self._drop(connection)
                if 0 < filling.length < len(part):
                    self.begun[url, part.number] = filling

    def close(self) -> None:
        """Close every connection. No thread may be reading."""
        while self.all:
            self.all.pop().close()

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self.own, "connection", None)
        if connection is None:
            connection = self.own.connection = self.kind(self.host, timeout=self.timeout)
            self.all.append(connection)
        return connection

    def _drop(self, connection: http.client.HTTPConnection) -> None:
        connection.close()
        self.own.connection = None
        with suppress(ValueError):
            self.all.remove(connection)


def wanted(span: Part) -> dict[str, str]:
    """The headers that ask for these bytes, and for those of no other content."""
    return {"Range": f"bytes={span.start}-{span.stop - 1}", "If-Range": f'"{span.file.sha256}"'}


def is_answer(answer: http.client.HTTPResponse, span: Part) -> bool:
    """Whether it holds these bytes. Raises `Broken` for another range."""
    if answer.status == 206 and answer.headers.get("Content-Range") != span.content_range:
        raise Broken("another range came than was asked for")
    return answer.status == 206 and answer.length == len(span)
