from __future__ import annotations

from datasets_app.errors import DatasetError


class NoSuchGenerator(DatasetError):
    """The domain “{domain}” has no generator “{name}”. Choose one of: {known}."""


class NoSuchKind(DatasetError):
    """The generator “{generator}” writes no samples of the kind “{name}”. Choose among: {known}."""


class NoSuchTopic(DatasetError):
    """The domain “{domain}” has no topic “{name}”. Choose among: {known}."""


class EndpointNotReady(DatasetError):
    """“{endpoint}” cannot write samples: {reason}"""


class BudgetMissing(DatasetError):
    """A campaign with a paid endpoint needs a budget in US dollars: it never spends more."""


class CannotContinue(DatasetError):
    """The campaign “{campaign}” is {state}: only a stopped or failed one can go on."""
