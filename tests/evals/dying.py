"""A scorer that is killed while it scores. It knows no Django, as processes that score do not."""

from __future__ import annotations

import os
import signal


def die(*_: object) -> None:
    """End this process as the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
