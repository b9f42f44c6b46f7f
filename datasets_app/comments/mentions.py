"""@name in a comment: who is meant."""

from __future__ import annotations

import re

from afsweb.core.models import User

# What Django lets a user name hold. A sentence may end behind a name, so names are tried without the last dots, too.
NAME = re.compile(r"(?<![\w@.+-])@([\w.@+-]{1,150})")
MOST = 20  # people that one comment can call


def mentioned(text: str) -> list[User]:
    """The people whose names stand behind an @ in `text`, MOST at most; a name that nobody has is only text."""
    found = NAME.findall(text)[:MOST]
    names = {name for one in found for name in (one, one.rstrip(".+-"))}
    people = {person.username: person for person in User.objects.filter(username__in=names, is_active=True)}
    called = [people.get(one) or people.get(one.rstrip(".+-")) for one in found]
    return list(dict.fromkeys(person for person in called if person))
