"""The forms about people and their passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

from afsweb.accounts.keys import KeyMissing, own_keys, refused_keys
from afsweb.core.keys import ACTIONS, Place, key_of
from afsweb.core.models import Role, User
from datasets_app.models import Order


class LogInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "This name and password do not belong together. Upper and lower case matter.",
        "inactive": "This account is switched off. Ask an admin to switch it on.",
    }


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("first_name", "last_name", "email")


class SettingsForm(forms.ModelForm[User]):
    """How the pages look and which keys they obey, for one person. Each key is a field named key-<action>."""

    review_order = forms.ChoiceField(
        choices=[("", "as the queue says"), *Order.choices],
        required=False,
        help_text="Which samples come first when the queue that you review from says nothing else.",
    )

    class Meta:
        model = User
        fields = ("theme", "review_order")

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, instance=user)
        for action in ACTIONS:
            self.fields[f"key-{action.name}"] = forms.CharField(
                label=action.title,
                error_messages={"required": str(KeyMissing(label=action.label))},
                strip=False,
                initial=key_of(action.name, user),
                # More than one sign is refused with a sentence, so the field lets it through.
                widget=forms.TextInput({"maxlength": 12, "class": "mono key", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.keys = {action.name: str(data.get(f"key-{action.name}", "")).lower() for action in ACTIONS}
        for name, error in refused_keys(self.keys).items():
            if f"key-{name}" not in self.errors:
                self.add_error(f"key-{name}", str(error))
        return data

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the keys, by where the keys count."""
        return [
            (place.value, [self[f"key-{action.name}"] for action in ACTIONS if action.place == place])
            for place in (Place.REVIEW, Place.EVERYWHERE)
        ]

    def save(self, commit: bool = True) -> User:
        self.instance.keys = own_keys(self.keys)
        return super().save(commit)


class PersonForm(forms.ModelForm[User]):
    """A new person; the password is made for them."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "role")
        field_classes = {"username": UsernameField}
        help_texts = {"username": "What they log in with: letters, digits and @ . + - _"}


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)

    def chosen(self) -> Role:
        return Role(self.cleaned_data["role"])
