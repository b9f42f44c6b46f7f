"""The design tokens as Python sees them: charts and the contrast test read the same file that the pages use."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from django.conf import settings

Theme = Literal["light", "dark"]
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")


@cache
def colours(theme: Theme) -> dict[str, str]:
    """Token name -> colour as #rrggbb, such as {"accent": "#0f6b6b", ...}."""
    css = (settings.BASE_DIR / "afsweb" / "static" / "tokens.css").read_text()
    return {name: light if theme == "light" else dark for name, light, dark in PAIR.findall(css)}
