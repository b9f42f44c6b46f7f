"""The WSGI entry point."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from afsweb.observability.durations import share_counts
from afsweb.services.home import Home

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "afsweb.settings")
# A page whose statement takes longer holds a connection that others wait for. Jobs have all the time that they need.
os.environ.setdefault("AFS_STATEMENT_TIMEOUT", "30")
share_counts(Path(Home.here().root))
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 (every view is loaded now, rather than in somebody's request)
# What is loaded stays: to look through all of it for garbage took 0.1 s in the middle of a request.
gc.collect()
gc.freeze()
