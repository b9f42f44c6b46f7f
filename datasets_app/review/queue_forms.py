"""What the page of a queue may be told."""

from __future__ import annotations

from typing import Any

from django import forms

from afsweb.core.models import Role, User
from datasets_app.models import ReviewQueue


class QueueForm(forms.ModelForm[ReviewQueue]):
    """The rules of a queue beside its filter, which is a `SampleFilter` in the same form on the page."""

    prefix = "queue"

    class Meta:
        model = ReviewQueue
        fields = ["name", "order", "random_share", "repeat_share", "overlap", "reviewers", "is_shared"]
        labels = {
            "random_share": "Share at random (0 to 1)",
            "repeat_share": "Share shown again (0 to 0.05)",
            "overlap": "People for each sample",
            "is_shared": "Everybody sees it",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role in Role if role.rank >= Role.REVIEWER.rank]
        people = self.fields["reviewers"]
        assert isinstance(people, forms.ModelMultipleChoiceField)
        people.queryset = User.objects.filter(is_active=True, role__in=roles).order_by("username")

    def rules(self) -> dict[str, Any]:
        """What `add_queue` and `change_queue` take, but for the filter."""
        return dict(self.cleaned_data)
