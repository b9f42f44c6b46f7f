"""Sessions in the database, read together with their person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models.functions import Now

if TYPE_CHECKING:
    from afsweb.core.models import User
    from afsweb.core.models.session import Session


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with `user` of the session that was read last; None where nobody logged in."""

    user: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        from afsweb.core.models.session import Session

        return Session

    def _get_session_from_db(self) -> Session | None:
        rows = self.get_model_class().objects.filter(session_key=self.session_key, expire_date__gt=Now())
        row = rows.select_related("user").first()
        if row is None:
            self._session_key = None
        self.user = row.user if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast("Session", super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        return row
