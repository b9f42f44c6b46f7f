"""The hub over HTTP: a machine with its token fetches stored content from it and sends content to it.

Addresses are `<hub>/files/<sha256>/` and `<hub>/files/<sha256>/<path>`; docs/files.md says what each answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

import httpx

from afsweb.storage.errors import ArrivedDamaged, NotArrived, PlaceLacks, PlaceRefuses
from afsweb.storage.manifest import Manifest
from afsweb.storage.parts import Part, digest_of
from afsweb.storage.patience import Broken, Patience
from afsweb.storage.ranges import Ranges, wanted

# Seconds without a byte. The hub reads a whole artifact again before it says that it is finished.
SILENCE = 30.0
TIMEOUT, FINISHING = httpx.Timeout(SILENCE, connect=10.0), httpx.Timeout(600.0, connect=10.0)
LONGEST_MANIFEST = 64 << 20
REASON = 500  # characters of an answer that a person reads


class Hub:
    """The hub as this machine reaches it. Threads may share it; close it, or use it in a `with`."""

    def __init__(self, url: str, token: str) -> None:
        self.name = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        # Machines talk to the hub by a tunnel or a network of their own: a proxy for the web is not on that way.
        self.client = httpx.Client(base_url=self.name, headers=headers, timeout=TIMEOUT, trust_env=False)
        self.ranges = Ranges(self.name, headers, SILENCE)

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_why: object) -> None:
        self.client.close()
        self.ranges.close()

    def manifest(self, sha256: str) -> bytes:
        """The bytes of the manifest of that name. Raises `Broken`, `PlaceLacks`, `PlaceRefuses`."""
        with self._asked("GET", sha256) as answer:
            self._expect(answer, 200, sha256)
            return bytes(_body(answer, LONGEST_MANIFEST))

    def has(self, sha256: str) -> bool:
        """Whether the hub has the row and the files of an artifact. Raises `PlaceSilent`, `PlaceRefuses`."""
        with suppress(PlaceLacks):
            Patience(self.name).call(lambda: self.manifest(sha256))
            return True
        return False

    def milestones(self, sha256: str) -> dict[str, Any]:
        """Those of its files. Raises as `manifest` does."""
        with self._asked("GET", sha256, query="?milestones") as answer:
            self._expect(answer, 200, sha256)
            data = _body(answer, LONGEST_MANIFEST)
            if answer.headers.get("Content-Digest") != digest_of(data):
                raise Broken("the milestones came damaged")
            return dict(json.loads(data))

    def read(self, sha256: str, parts: Sequence[Part]) -> Iterator[bytearray]:
        """The bytes of parts that follow each other; whether they are right their milestones show.

        Raises as `manifest` does.
        """
        count = 0
        for data in self.ranges.read(_address(sha256, parts[0].file.path), parts):
            yield data
            count += 1
        if count < len(parts):  # another answer than the parts: ask again, and say what it is
            with self._asked("GET", sha256, parts[0].file.path, headers=wanted(parts[0])) as answer:
                self._expect(answer, 206, sha256)
            raise Broken("something else came than a part")

    def begin(self, manifest: Manifest) -> dict[str, set[int]] | None:
        """Say what will be sent; the parts that the hub has of each content, None when it has the whole."""
        with self._asked("PUT", manifest.sha256, content=manifest.data) as answer:
            self._expect(answer, 200, manifest.sha256)
            try:
                said = json.loads(_body(answer, LONGEST_MANIFEST))
                return None if said["whole"] else {name: set(map(int, there)) for name, there in said["parts"].items()}
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Broken("its answer cannot be read") from error

    def send(self, sha256: str, part: Part, data: bytes) -> None:
        """Send one part."""
        headers = {"Content-Range": part.content_range, "Content-Digest": digest_of(data)}
        with self._asked("PUT", sha256, part.file.path, headers=headers, content=data) as answer:
            self._expect(answer, 204, sha256)

    def finish(self, sha256: str) -> None:
        """Have the hub verify what was sent and give it its name. Raises `NotArrived`, `ArrivedDamaged`, too."""
        with self._asked("POST", sha256, timeout=FINISHING) as answer:
            self._expect(answer, 201, sha256)

    @contextmanager
    def _asked(
        self,
        method: str,
        sha256: str,
        path: str = "",
        query: str = "",
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> Iterator[httpx.Response]:
        url = _address(sha256, path) + query
        try:
            with self.client.stream(method, url, headers=headers, content=content, timeout=timeout) as answer:
                yield answer
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Broken(str(error) or type(error).__name__) from error

    def _expect(self, answer: httpx.Response, status: int, sha256: str) -> None:
        """Raise what any other status means."""
        if answer.status_code == status:
            return
        reason = _body(answer, 64 << 10).decode("utf-8", "replace").strip()[:REASON]
        match answer.status_code, answer.headers.get("X-Problem"):
            case 404, _:
                raise PlaceLacks(place=self.name, sha256=sha256)
            case 409, "missing":
                raise NotArrived(count="Some", sha256=sha256)
            case 409, "damaged":
                raise ArrivedDamaged(path=reason)
            case ((400 | 401 | 403 | 413 | 507), problem) if problem != "again":
                raise PlaceRefuses(place=self.name, reason=reason)
        raise Broken(f"it answered {answer.status_code}")


def _body(answer: httpx.Response, longest: int) -> bytearray:
    """What came, no longer than `longest`. Raises `Broken`."""
    data = bytearray()
    for block in answer.iter_raw():
        data += block
        if len(data) > longest:
            raise Broken("more came than was asked for")
    return data


def _address(sha256: str, path: str = "") -> str:
    return f"/files/{sha256}/{quote(path)}"
