"""The stack as one routine sees it: what it has pushed, and how far it has pulled into what was there before.

A stack is (shape, entries, below). `shape` has two characters for each thing pushed, what and how many bytes ("A2P1";
"?" where the width is not known, "r1" the rest of a word of which a byte was pulled); None where the code moved the
stack pointer itself. `entries` stand beside it: (position of the push, two values): the widths that a P holds; the
value that a PEA or PER pushed (-1 unknown); the width that A, X or Y had. `below` are bytes pulled from under the
routine's own: its return address.
"""

from __future__ import annotations

from datasets_app.domains.asm65816.lint import widths

Entry = tuple[int, int, int]
Stack = tuple[str | None, tuple[Entry, ...], int]

EMPTY: Stack = ("", (), 0)
LOST: Stack = (None, (), 0)

# What a pull of two bytes may put together: a word pushed by halves, one whose lower half was exchanged.
_WORDS = {"A1A1", "B1B1", "K1K1", "B1K1", "K1B1", "r1A1", "r1X1", "r1Y1"}
_SIZES = {"1": 1, "2": 2, "?": 0}


def depth(stack: Stack) -> int:
    """Return the bytes on the stack above where the routine began, negative below; things of unknown width count 1."""
    shape, _, below = stack
    return sum(2 if size == "2" else 1 for size in (shape or "")[1::2]) - below


def push(stack: Stack, what: str, size: int, entry: Entry) -> Stack:
    """Return the stack with one more thing of 1 or 2 bytes, 0 where that is not known."""
    shape, entries, below = stack
    if shape is None:
        return stack
    return shape + what + "?12"[size], (*entries, entry), below


def pull(stack: Stack, size: int, at: int) -> tuple[Stack, str, Entry | None]:
    """Pull 1 or 2 bytes (0: not known); return the stack, what was there ("" not this code's), its entry.

    After "size" there was no way to read the stack as pushed, and it is lost from here on.
    """
    shape, entries, below = stack
    if shape is None:
        return stack, "", None
    if not shape:
        return (("", (), below + size) if size else LOST), "", None
    found, pushed, entry = shape[-2], _SIZES[shape[-1]], entries[-1]
    if pushed == size or not size or not pushed:
        return (shape[:-2], entries[:-1], below), found, entry
    if size < pushed:
        return (shape[:-2] + "r1", (*entries[:-1], (at, entry[0], 0)), below), found, entry
    if shape[-4:] in _WORDS:
        return (shape[:-4], entries[:-2], below), found, entry
    return LOST, "size", entry


def drop(stack: Stack, size: int) -> Stack:
    """Return the stack without the things that make up its uppermost `size` bytes."""
    shape, entries, below = stack
    while size > 0 and shape:
        size -= _SIZES[shape[-1]] or 1
        shape, entries = shape[:-2], entries[:-1]
    return shape, entries, below


def join_entries(old: tuple[Entry, ...], new: tuple[Entry, ...], shape: str | None, at: int) -> tuple[Entry, ...]:
    """Return the entries where two paths with the same shape meet: P keeps what both know, a word its common value."""
    if old == new or shape is None:
        return old
    return tuple(_join_entry(a, b, shape[2 * n], at) for n, (a, b) in enumerate(zip(old, new, strict=True)))


def _join_entry(old: Entry, new: Entry, what: str, at: int) -> Entry:
    if what == "P":
        return old[0], widths.join(old[1], new[1], at), widths.join(old[2], new[2], at)
    return (old[0], -1, 0) if what == "E" and old[1] != new[1] else old
