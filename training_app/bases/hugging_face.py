"""What Hugging Face says of a model, and its files. The only module that talks to it; the library comes in late.

A gated model asks for an account: HF_TOKEN, or a log-in by `hf auth login`, on the machine that fetches.
"""

from __future__ import annotations

import fnmatch
import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from training_app.errors import (
    FileDamaged,
    HubAway,
    ModelIsGated,
    NoSafeWeights,
    NoSuchModel,
    NoSuchRevision,
)

# A training needs these; pickled weights can run code when they are loaded, and are never fetched.
WANTED = (
    "*.safetensors",
    "*.safetensors.index.json",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "LICENSE*",
)
BLOCK = 1 << 20


@dataclass(frozen=True)
class RemoteFile:
    """A file of a model; `sha256` is known of the large ones."""

    name: str
    size: int
    sha256: str | None


@dataclass(frozen=True)
class Listing:
    """A revision of a model: its commit, and the files that are fetched."""

    model_id: str
    commit: str
    licence: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def look_up(model_id: str, revision: str = "main") -> Listing:
    """The revision's commit and files.

    Raises NoSuchModel, NoSuchRevision, ModelIsGated, NoSafeWeights, HubAway.
    """
    info = _asking(model_id, revision, lambda api: api.model_info(model_id, revision=revision, files_metadata=True))
    files = tuple(_file(one) for one in info.siblings or () if _is_wanted(one.rfilename))
    if not any(file.name.endswith(".safetensors") for file in files):
        raise NoSafeWeights(model=model_id)
    card: Any = info.card_data
    return Listing(model_id, str(info.sha), str(card.get("license", "") if card else ""), files)


def fetch_file(listing: Listing, file: RemoteFile, folder: Path, tell: Callable[[int], None]) -> None:
    """Bring one file into `folder`; `tell` hears of bytes that came.

    A connection that breaks is taken up in the middle of the file; a process that ends is not: the library begins the
    file anew. Raises FileDamaged where it is not what the listing says, and as `look_up` does.
    """
    from huggingface_hub import hf_hub_download

    _asking(
        listing.model_id,
        listing.commit,
        lambda api: hf_hub_download(
            listing.model_id,
            file.name,
            revision=listing.commit,
            local_dir=folder,
            endpoint=api.endpoint,
            tqdm_class=_counting(tell),
        ),
    )
    if not is_whole(file, folder):
        (folder / file.name).unlink()
        raise FileDamaged(name=file.name, model=listing.model_id)


def is_whole(file: RemoteFile, folder: Path) -> bool:
    """Whether `folder` has the file as the listing says it is."""
    path = folder / file.name
    return path.is_file() and path.stat().st_size == file.size and file.sha256 in (None, _sha256(path))


def _asking(model_id: str, revision: str, ask: Callable[[Any], Any]) -> Any:
    from httpx2 import HTTPError
    from huggingface_hub import HfApi, errors

    try:
        return ask(HfApi(endpoint=settings.HF_ENDPOINT or None))
    except errors.GatedRepoError:
        raise ModelIsGated(model=model_id) from None
    except errors.RevisionNotFoundError:
        raise NoSuchRevision(model=model_id, revision=revision) from None
    except (errors.RepositoryNotFoundError, errors.HFValidationError):
        raise NoSuchModel(model=model_id) from None
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, HTTPError, OSError) as error:
        raise HubAway(model=model_id, said=str(error).splitlines()[0][:300]) from None


def _is_wanted(name: str) -> bool:
    """Only of the top folder: others hold the same weights in another form."""
    return "/" not in name and any(fnmatch.fnmatch(name, pattern) for pattern in WANTED)


def _file(told: Any) -> RemoteFile:
    return RemoteFile(told.rfilename, int(told.size or 0), told.lfs.sha256 if told.lfs else None)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _counting(tell: Callable[[int], None]) -> type[Any]:
    """A progress bar as the library wants one, which draws nothing and tells of what came."""
    from tqdm.auto import tqdm

    class Counting(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            options |= {"disable": False, "file": io.StringIO()}
            super().__init__(*arguments, **options)
            tell(int(options.get("initial") or 0))

        def update(self, n: float | None = 1) -> bool | None:
            tell(int(n or 0))
            self.n += n or 0
            return None

        def display(self, *_: Any, **__: Any) -> None:
            """Nobody looks at it."""

    return Counting


def largest_first(files: Iterable[RemoteFile]) -> list[RemoteFile]:
    """So that a disk that is too small is known early."""
    return sorted(files, key=lambda file: -file.size)
