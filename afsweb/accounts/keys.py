"""A person's own keys: which are refused, and why."""

from __future__ import annotations

from collections.abc import Mapping

from afsweb.accounts.errors import AccountError
from afsweb.core.keys import ACTIONS, DEFAULT_KEYS, OTHER_PAGES, Action, Place

REASONS = "123456789"
BROWSERS = " '"
"""Space scrolls, and ' searches the links of a page in Firefox; / does so too, and every page here takes it."""


class KeyMissing(AccountError):
    """Choose a key for “{label}”: one letter, figure or sign."""


class KeyTooLong(AccountError):
    """“{key}” is more than one sign: a key is one letter, figure or sign, without Shift, Ctrl, Alt or Cmd."""


class KeyOfBrowser(AccountError):
    """The browser needs this key for itself (to scroll, to go on, to search). Choose a letter or another sign."""


class KeyOfReasons(AccountError):
    """1 to 9 are the reasons of a rejection. Choose a letter or a sign."""


class KeyOfOtherPages(AccountError):
    """“{key}” does something else on other pages, and “{label}” works on all of them. Choose another key."""


class KeyTaken(AccountError):
    """“{key}” is the key of “{other}” as well. Give one of the two another key."""


def refused_keys(keys: Mapping[str, str]) -> dict[str, AccountError]:
    """What is wrong with these keys (action -> key), by action; empty when they can be had together."""
    found: dict[str, AccountError] = {}
    taken: dict[str, Action] = {}
    for action in ACTIONS:
        key = keys[action.name]
        error = _refused(action, key)
        if error is None and key in taken:
            error = KeyTaken(key=key, other=taken[key].label)
        if error:
            found[action.name] = error
        else:
            taken[key] = action
    return found


def own_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Those of `keys` that are not the default, as a person's row keeps them."""
    return {name: key for name, key in keys.items() if DEFAULT_KEYS[name] != key}


def _refused(action: Action, key: str) -> AccountError | None:
    if not key:
        return KeyMissing(label=action.label)
    if len(key) > 1:
        return KeyTooLong(key=key)
    if key in BROWSERS or not key.isprintable():
        return KeyOfBrowser()
    if key in REASONS:
        return KeyOfReasons()
    if action.place == Place.EVERYWHERE and key in OTHER_PAGES:
        return KeyOfOtherPages(key=key, label=action.label)
    return None
