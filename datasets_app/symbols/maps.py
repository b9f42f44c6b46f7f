"""Symbol maps: adding one, putting one aside; each time what was examined without it is examined anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from afsweb.core.archiving import set_archived
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.domains.asm65816.facts import BadSymbols, parse_symbols
from datasets_app.errors import DatasetError
from datasets_app.models import Domain, Source, SourceState, SymbolMap
from datasets_app.quality.examine import examine

LARGEST = 5 * 1024 * 1024
"""Bytes of a symbol file; the largest known project has 200 KB."""


class NoSymbols(DatasetError):
    """{reason}"""


class SymbolsThereAlready(DatasetError):
    """“{name}” holds exactly these names already: nothing was added."""


@dataclass(frozen=True)
class NewMap:
    """What is to be added: whose names they are, and what they are called."""

    domain: Domain
    name: str
    licence: str = ""


def add_symbols(new: NewMap, content: bytes, *, by: User | None, source: EventSource = EventSource.UI) -> SymbolMap:
    """Read a symbol file and let its names join the domain's facts. Raises NoSymbols, SymbolsThereAlready."""
    pairs = [list(pair) for pair in _read(content)]
    digest = sha256(json.dumps(pairs).encode()).hexdigest()
    with transaction.atomic():
        Domain.objects.select_for_update(no_key=True).get(pk=new.domain.pk)
        same = SymbolMap.objects.filter(domain=new.domain, sha256=digest, is_archived=False).first()
        if same:
            raise SymbolsThereAlready(name=same.name)
        added = SymbolMap.objects.create(
            domain=new.domain, name=new.name, licence=new.licence, sha256=digest, pairs=pairs, created_by=by
        )
        record("import", added, actor=by, source=source, after={"name": added.name, "names": len(pairs)})
        _examine_anew(new.domain, by)
    return added


def archive_symbols(map_: SymbolMap, archived: bool, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Take a map out of the facts, or bring it back. Raises SymbolsThereAlready where its twin is in use."""
    with transaction.atomic():
        Domain.objects.select_for_update(no_key=True).get(pk=map_.domain_id)
        twins = SymbolMap.objects.filter(domain=map_.domain_id, sha256=map_.sha256, is_archived=False)
        twin = None if archived else twins.exclude(pk=map_.pk).first()
        if twin:
            raise SymbolsThereAlready(name=twin.name)
        set_archived(map_, archived, by=by, source=source)
        _examine_anew(map_.domain, by)


def _read(content: bytes) -> tuple[tuple[int, str], ...]:
    if len(content) > LARGEST:
        raise NoSymbols(reason=f"The file has more than {LARGEST // 1024 // 1024} MB. Is it a symbol file?")
    try:
        return parse_symbols(content.decode("utf-8-sig").replace("\0", "\N{REPLACEMENT CHARACTER}")).pairs
    except UnicodeDecodeError:
        raise NoSymbols(reason="The file is no text in UTF-8. Save it as UTF-8, and import that.") from None
    except BadSymbols as error:
        raise NoSymbols(reason=str(error)) from None


def _examine_anew(domain: Domain, by: User | None) -> None:
    for source in Source.objects.filter(domain=domain, state=SourceState.ACTIVE).order_by("pk"):
        examine(source, by, again=True)
