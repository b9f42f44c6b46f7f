"""YAML read safely, with the line on which each part stands."""

from __future__ import annotations

from typing import Any

import yaml

from evals_app.errors import SuiteFileRefused


class Mapping(dict[str, Any]):
    """A mapping that knows its line, counted from 1."""

    line = 0


class Listing(list[Any]):
    """A list that knows its line, and that of each of its members."""

    line = 0
    lines: tuple[int, ...] = ()


class _Loader(yaml.SafeLoader):
    """Plain values only; no tag makes an object."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapping:
    loader.flatten_mapping(node)
    found = Mapping({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    found.line = node.start_mark.line + 1
    return found


def _listing(loader: _Loader, node: yaml.SequenceNode) -> Listing:
    found = Listing(loader.construct_sequence(node, deep=True))
    found.line = node.start_mark.line + 1
    found.lines = tuple(child.start_mark.line + 1 for child in node.value)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _listing)


def load(text: str) -> Any:
    """The first document of the text. Raises SuiteFileRefused with the line of what is no YAML."""
    try:
        return yaml.load(text, Loader=_Loader)  # _Loader is a SafeLoader.
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"Line {mark.line + 1}" if mark else "The file"
        raise SuiteFileRefused(place=place, reason=f"this is no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise SuiteFileRefused(place="The file", reason=f"this is no YAML: {error}") from None
