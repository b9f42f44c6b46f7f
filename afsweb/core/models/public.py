from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Public(models.Model):
    """A row that has a page: URLs carry its uuid, joins and keyset pages use the narrow integer key."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
