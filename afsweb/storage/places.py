"""Other places that content is fetched from and copied to: a shared folder, S3, SFTP, by fsspec's address of each.

A place is laid out as the store is, so the store of another machine, mounted or reached over SSH, is one as it stands.
Its manifest is written last: what has none is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fsspec

from afsweb.storage.errors import PlaceDamaged, PlaceLacks, PlaceRefuses, PlaceUnknown, StorageError
from afsweb.storage.manifest import Manifest, StoredFile
from afsweb.storage.parts import BLOCK, Part
from afsweb.storage.patience import Broken, Patience
from afsweb.storage.store import FILES, MANIFEST, PARTS, milestones_at, place_of, verify
from afsweb.storage.transfer import Tell, tell_nobody

ROUNDS = 3


class Place:
    """A folder somewhere, as fsspec reaches it."""

    def __init__(self, url: str) -> None:
        self.name = url
        if "://" not in url:
            raise PlaceUnknown(url=url, problem="it is no address")
        try:
            self.files, self.root = _open_s3(url) if url.startswith("s3://") else _open(url)
        except Exception as error:  # noqa: BLE001  each kind of place has errors of its own for what it cannot open
            raise PlaceUnknown(url=url, problem=error) from None

    def manifest(self, sha256: str) -> bytes:
        """The bytes of the manifest of that name. Raises `Broken`, `PlaceLacks`, `PlaceRefuses`."""
        with self._asked(sha256):
            return bytes(self.files.cat_file(self._path(sha256, MANIFEST)))

    def milestones(self, sha256: str) -> dict[str, Any]:
        """Those of its files, if they were copied there. Raises as `manifest` does."""
        with suppress(PlaceLacks, ValueError), self._asked(sha256):
            return dict(json.loads(self.files.cat_file(self._path(sha256, PARTS))))
        return {}

    def read(self, sha256: str, parts: Sequence[Part]) -> Iterator[bytes]:
        """The bytes of parts that follow each other; whether they are right their milestones show.

        Raises as `manifest` does.
        """
        with self._asked(sha256), self._reader(self._path(sha256, FILES, parts[0].file.path)) as reader:
            reader.seek(parts[0].start)
            for part in parts:
                data = bytes(reader.read(len(part)))
                if len(data) != len(part):
                    raise Broken("a part came cut off")
                yield data

    def copy(self, sha256: str, root: Path, tell: Tell = tell_nobody) -> None:
        """Copy stored content there. Each file is read back; what is there whole already is not sent.

        Raises `ArtifactMissing`, `ArtifactDamaged`, `PlaceSilent`, `PlaceRefuses`, `PlaceDamaged`.
        """
        folder, trying = verify(root, sha256), Patience(self.name)
        manifest = Manifest.named(sha256, (place_of(root, sha256) / MANIFEST).read_bytes())
        if trying.call(lambda: self._has(sha256)):
            return
        done = 0
        for file in manifest.files:
            tell(done, manifest.size)
            trying.call(lambda file=file: self._put(sha256, file, folder))  # type: ignore[misc]
            done += file.size
        trying.call(lambda: self._put_lists(manifest, json.dumps(milestones_at(root, sha256)).encode()))
        tell(done, manifest.size)

    def _has(self, sha256: str) -> bool:
        with self._asked(sha256):
            return bool(self.files.exists(self._path(sha256, MANIFEST)))

    def _put(self, sha256: str, file: StoredFile, folder: Path) -> None:
        path = self._path(sha256, FILES, file.path)
        for _ in range(ROUNDS):
            if self._is_there(sha256, path, file):
                return
            with self._asked(sha256):
                self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
                self.files.put_file(str(folder / file.path), path)
        raise PlaceDamaged(path=file.path, place=self.name)

    def _put_lists(self, manifest: Manifest, milestones: bytes) -> None:
        with self._asked(manifest.sha256):
            self.files.pipe_file(self._path(manifest.sha256, PARTS), milestones)
            self.files.pipe_file(self._path(manifest.sha256, MANIFEST), manifest.data)

    def _is_there(self, sha256: str, path: str, file: StoredFile) -> bool:
        """Whether the file lies there as it should, read back to its end."""
        with self._asked(sha256):
            if not self.files.exists(path) or self.files.size(path) != file.size:
                return False
            digest = hashlib.sha256()
            with self._reader(path) as reader:
                while block := reader.read(BLOCK):
                    digest.update(block)
            return digest.hexdigest() == file.sha256

    def _reader(self, path: str) -> Any:
        # Arrow's files are streams unless they are asked to be more.
        return self.files.open(path, "rb", **({"seekable": True} if self.name.startswith("s3://") else {}))

    def _path(self, sha256: str, *names: str) -> str:
        return "/".join([self.root.rstrip("/"), sha256[:2], sha256, *names])

    @contextmanager
    def _asked(self, sha256: str) -> Iterator[None]:
        """Say in our words what went wrong in the place's."""
        try:
            yield
        except (StorageError, Broken):
            raise
        except FileNotFoundError as error:
            raise PlaceLacks(place=self.name, sha256=sha256) from error
        except PermissionError as error:
            raise PlaceRefuses(place=self.name, reason=error) from error
        except Exception as error:
            raise Broken(f"{type(error).__name__}: {error}") from error


def _open(url: str) -> tuple[Any, str]:
    files, root = fsspec.url_to_fs(url, skip_instance_cache=True)  # a connection of its own
    return files, root


def _open_s3(url: str) -> tuple[Any, str]:
    """By Arrow's client, which is installed anyway; it reads keys and AWS_ENDPOINT_URL as AWS's own tools do."""
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import FileSystem

    files, root = FileSystem.from_uri(url)
    return ArrowFSWrapper(files), root
