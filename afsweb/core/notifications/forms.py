"""The forms of a person's channels: one that is new, and the table of what is told where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.http import QueryDict

from afsweb.core.models import Channel, ChannelKind, NotificationKind, User
from afsweb.core.notifications.channels import APP, Added, add_channel, channels_of, kinds_for
from afsweb.core.notifications.errors import ChannelError, NotAWebhook
from afsweb.core.sealing import KeysCannotBeKept

ONE_LINE = RegexValidator(r"^[^\x00-\x1f\x7f]*$", "Write the name in one line.")


def usual_kind() -> str:
    """What is offered first: e-mail, where this hub sends any."""
    return ChannelKind.WEBHOOK if settings.SMTP is None else ChannelKind.EMAIL


class ChannelForm(forms.Form):
    """A new channel of a person."""

    kind = forms.ChoiceField(label="Sends to", choices=ChannelKind.choices, initial=usual_kind)
    name = forms.CharField(max_length=60, validators=[ONE_LINE], help_text="What you call it, such as “my phone”.")
    address = forms.CharField(
        max_length=500,
        required=False,
        help_text="The webhook's address. E-mail goes to the address of your profile.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )

    def add(self, user: User) -> Added | None:
        """The new channel; None where something stands in the way, which the form then says."""
        data = self.cleaned_data
        try:
            return add_channel(user, ChannelKind(data["kind"]), data["name"], data["address"])
        except NotAWebhook as error:
            self.add_error("address", str(error))
        except (ChannelError, KeysCannotBeKept) as error:
            self.add_error(None, str(error))
        return None


@dataclass(frozen=True)
class Cell:
    """One box of the table: the channel's value in the form, its name, and whether it is told."""

    value: str
    name: str
    is_told: bool


@dataclass(frozen=True)
class Line:
    """One kind of notification, and where it is told."""

    kind: NotificationKind
    cells: Sequence[Cell]


def table_of(user: User, channels: Sequence[Channel]) -> list[Line]:
    """What the person is told of, and where."""
    return [Line(kind, [_app(user, kind), *(_cell(one, kind) for one in channels)]) for kind in kinds_for(user)]


def chosen_in(data: QueryDict, user: User) -> dict[NotificationKind, set[str]]:
    """The names of channels that a sent table has for each kind; what is none of the person's counts as nothing."""
    names = {str(channel.uuid): channel.name for channel in channels_of(user)} | {APP: APP}
    return {kind: {names[value] for value in data.getlist(kind) if value in names} for kind in kinds_for(user)}


def _app(user: User, kind: NotificationKind) -> Cell:
    return Cell(APP, "in the app", kind not in user.not_in_app)


def _cell(channel: Channel, kind: NotificationKind) -> Cell:
    return Cell(str(channel.uuid), channel.name, kind in channel.kinds)
