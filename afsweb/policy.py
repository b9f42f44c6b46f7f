"""The Content-Security-Policy is strict (settings); here is the one relaxation, and the pages that wear it are counted.

tests/security/test_headers.py names them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http.response import HttpResponseBase

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def with_inline_styles(view: V) -> V:
    """Allow the page style attributes; scripts stay the app's own."""
    # csp's own annotation admits only views without arguments.
    return cast(V, csp_replace({"style-src": [SELF, UNSAFE_INLINE]})(view))
