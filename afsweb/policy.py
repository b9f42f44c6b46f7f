"""The Content-Security-Policy is strict (settings); here is the one relaxation, and the pages that wear it are counted.

tests/security/test_headers.py names them all.
"""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace

with_inline_styles = csp_replace({"style-src": [SELF, UNSAFE_INLINE]})
