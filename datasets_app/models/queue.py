from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Public, Role, User


class Order(models.TextChoices):
    UNCERTAIN = "uncertain", "most uncertain first"
    NEWEST = "newest", "newest first"
    LOWEST = "lowest", "lowest score first"
    HIGHEST = "highest", "highest score first"


class ReviewQueue(Public):
    """A saved query over the samples with an order: a view of the list, and what people review from.

    `overlap` people judge each sample independently; with more than one, a sample is settled when all of them agree.
    """

    name = models.CharField(max_length=120)
    query = models.JSONField(default=dict, help_text="Field of the samples' filter -> value, as in the list's address.")
    order = models.CharField(max_length=12, choices=Order, default=Order.UNCERTAIN)
    random_share = models.FloatField(
        default=0.1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Share of the cards that are drawn at random, whatever the order.",
    )
    repeat_share = models.FloatField(
        default=0.03,
        validators=[MinValueValidator(0), MaxValueValidator(0.05)],
        help_text="Share of the cards that a person has judged before, shown again without a word.",
    )
    overlap = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(9)], help_text="How many people judge each."
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text="Who may review from it; none: everybody.",
    )
    is_shared = models.BooleanField(default=False, help_text="Others see it in their lists.")
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(is_archived=False), name="one_queue_per_name"
            ),
            models.CheckConstraint(name="overlap_is_one_to_nine", condition=Q(overlap__gte=1, overlap__lte=9)),
            models.CheckConstraint(
                name="queue_shares_are_shares",
                condition=Q(random_share__gte=0, random_share__lte=1, repeat_share__gte=0, repeat_share__lte=0.05),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_queue", args=[self.uuid])

    @property
    def list_address(self) -> str:
        """The list of samples filtered by it, which then knows whose filters these are."""
        return f"{reverse('list_samples')}?{urlencode({'view': self.uuid} | self.query)}"

    def may_change(self, user: User) -> bool:
        """Whether `user` may change or archive it: its owner and admins may."""
        return user.pk == self.owner_id or user.has_role(Role.ADMIN)
