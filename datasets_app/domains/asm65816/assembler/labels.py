"""Labels: what they are called in full, where they are, which one a name means here."""

from __future__ import annotations

from dataclasses import dataclass, field

from datasets_app.domains.asm65816.assembler.problem import Problem

_MOST_LEVELS = 100


@dataclass(slots=True)
class Frame:
    """The labels of one call of a macro: `?name`, `?.sub`, `?+`, `?-`."""

    number: int
    parents: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


class Labels:
    """`table` gives addresses by full name; `static` are those that no address in the text can move.

    The scope (namespace, parents, counts of + and -) is replaced, never changed in place, so that whoever keeps the old
    one can look names up as they were.
    """

    def __init__(self, known: dict[str, int], static: set[str]) -> None:
        self.table = dict(known)
        self.static = set(static)
        self.defined: set[str] = set()
        self.namespace = ""
        self.parents: tuple[str, ...] = ()
        self.counts: dict[str, int] = {}
        self.frame: Frame | None = None
        self.struct = ""

    def full_name(self, raw: str, *, define: bool = False, orphan: bool = False) -> str:
        """Return the full name, without namespace, of a label as written; raises Problem.

        `define` makes it the parent of the sublabels that follow. `orphan` allows a sublabel without parent.
        """
        in_macro = raw.startswith("?")
        name = raw[1:] if in_macro else raw
        if self.struct:
            return self._member(name)
        rest = name.lstrip(".")
        level = min(len(name) - len(rest), _MOST_LEVELS)
        if not rest:
            raise Problem("invalid_label_name", f"“{raw}” is not a name that a label can have.", at=raw)
        parents = self._parents(in_macro)
        parents = (*parents, *[""] * (level - len(parents)))[: level or None]
        full = rest
        if level:
            if not parents[level - 1] and not orphan:
                raise Problem(
                    "label_missing_parent",
                    f"{raw.rstrip(':')} belongs to a label, and none stands before it.",
                    "Put a label such as Main: before it.",
                    raw,
                )
            full = f"{parents[level - 1]}_{rest}"
        elif in_macro:
            full = f":macro_{self._frame(raw).number}_{rest}"
        if define:
            self._set_parents(in_macro, (*parents[:level], full))
        return full

    def _member(self, name: str) -> str:
        if not name.startswith(".") or name.startswith(".."):
            raise Problem("invalid_label_name", "In a struct only labels such as .field: can be used.", at=name)
        return f"{self.struct}.{name[1:]}"

    def _frame(self, raw: str) -> Frame:
        if self.frame is None:
            raise Problem("macro_label_outside_macro", f"{raw} is a macro's label, and this is no macro.", at=raw)
        return self.frame

    def _parents(self, in_macro: bool) -> tuple[str, ...]:
        if not in_macro:
            return self.parents
        return self.frame.parents if self.frame else ()

    def _set_parents(self, in_macro: bool, parents: tuple[str, ...]) -> None:
        if not in_macro:
            self.parents = parents
        elif self.frame:
            self.frame.parents = parents

    def anonymous_name(self, token: str, *, define: bool = False) -> str:
        """Return the full name of `+`, `--`, `?+`: the next + that follows, the last - before."""
        signs = token.lstrip("?")
        frame = self._frame(token) if token.startswith("?") else None
        counts = frame.counts if frame else self.counts
        count = counts.get(signs, 0)
        if define:
            updated = {**counts, signs: count + 1}
            if frame:
                frame.counts = updated
            else:
                self.counts = updated
            count += signs[0] == "-"
        start = f":macro_{frame.number}" if frame else ""
        return f"{start}:{signs}{count}"

    def find(self, name: str) -> str:
        """Return the full name in this namespace or outside all, empty where neither is known."""
        if self.namespace and self.namespace + name in self.table:
            return self.namespace + name
        return name if name in self.table else ""

    def visible(self) -> list[str]:
        """Return the names that a person can write."""
        return [name for name in self.table if not name.startswith(":")]
