"""The forms about people and their passwords."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

from afsweb.core.models import Role, User


class LogInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "This name and password do not belong together. Upper and lower case matter.",
        "inactive": "This account is switched off. Ask an admin to switch it on.",
    }


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "theme")


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
