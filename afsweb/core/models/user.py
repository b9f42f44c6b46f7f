from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from afsweb.core.models.public import Public


class Role(models.TextChoices):
    """What a person may do. Cumulative: each role may do all that the one before it may."""

    VIEWER = "viewer", "viewer"
    REVIEWER = "reviewer", "reviewer"
    TRAINER = "trainer", "trainer"
    ADMIN = "admin", "admin"

    @property
    def rank(self) -> int:
        """0 for a viewer up to 3 for an admin."""
        return list(Role).index(self)


class Theme(models.TextChoices):
    SYSTEM = "system", "as the system"
    LIGHT = "light", "light"
    DARK = "dark", "dark"


class User(AbstractUser, Public):
    """A person. The role decides everything; Django's staff and superuser flags follow from it."""

    role = models.CharField(max_length=16, choices=Role, default=Role.VIEWER)
    must_change_password = models.BooleanField(default=False)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    keys = models.JSONField(default=dict, blank=True, help_text="Action -> key, where it is not the default.")
    review_order = models.CharField(
        max_length=12, blank=True, help_text="Order of the review page when its address names none."
    )
    not_in_app = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        help_text="Kinds of notification.",
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="staff_follows_role",
                condition=(models.Q(is_staff=False) & models.Q(role=Role.VIEWER))
                | (models.Q(is_staff=True) & ~models.Q(role=Role.VIEWER)),
            ),
            models.CheckConstraint(
                name="superuser_follows_role",
                condition=(models.Q(is_superuser=True) & models.Q(role=Role.ADMIN))
                | (models.Q(is_superuser=False) & ~models.Q(role=Role.ADMIN)),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_staff = self.role != Role.VIEWER
        self.is_superuser = self.role == Role.ADMIN
        super().save(*args, **kwargs)

    def has_role(self, role: Role) -> bool:
        """Whether this person's role is `role` or a higher one."""
        return self.is_active and Role(self.role).rank >= role.rank
