from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from afsweb.core.sessions import SessionStore


class Session(AbstractBaseSession):
    """A browser's log-in. It names its person in a column, so that a request reads both in one statement."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="sessions", editable=False
    )

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore
