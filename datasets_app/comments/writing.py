"""Writing, changing, deleting and resolving comments, each with its line of history."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, User
from afsweb.core.notifications import notify
from datasets_app.comments.errors import CommentGone, EmptyComment, NotYourComment
from datasets_app.comments.mentions import mentioned
from datasets_app.comments.places import place_words, quote
from datasets_app.models import LONGEST_COMMENT, Comment, SampleVersion


@transaction.atomic
def write(
    user: User,
    version: SampleVersion,
    text: str,
    *,
    field: str = "",
    line: int | None = None,
    source: EventSource = EventSource.UI,
) -> Comment:
    """Comment on a text, on one of its fields or on a line of it. Tells whom it mentions.

    Raises EmptyComment, NoSuchPlace.
    """
    comment = Comment(sample=version.sample, version=version, field=field, line=line, author=user, text=_clean(text))
    comment.quote = storable(quote(version, field, line))
    comment.save()
    where = {"place": place_words(field, line), "version": version.number}
    record("comment", comment, actor=user, source=source, after={"text": comment.text} | where)
    _tell_mentioned(comment, ())
    return comment


@transaction.atomic
def answer(user: User, comment: Comment, text: str, *, source: EventSource = EventSource.UI) -> Comment:
    """Answer a comment; an answer to an answer joins the same comment. Tells its author, and whom it mentions.

    Raises EmptyComment, CommentGone.
    """
    top = comment.parent or comment
    if not Comment.objects.select_for_update(no_key=True).filter(pk=top.pk, deleted_at__isnull=True).exists():
        raise CommentGone
    reply = Comment.objects.create(
        sample_id=top.sample_id, version_id=top.version_id, parent=top, author=user, text=_clean(text)
    )
    record("answer", reply, actor=user, source=source, after={"text": reply.text, "to": str(top.uuid)})
    told = _tell_mentioned(reply, ())
    if top.author != user and top.author not in told:
        notify([top.author], f"{user.get_username()} answered your comment: {reply.text}", reply.get_absolute_url())
    return reply


@transaction.atomic
def rewrite(user: User, comment: Comment, text: str, *, source: EventSource = EventSource.UI) -> None:
    """Change one's own comment; history keeps what it said. Tells those whom it had not mentioned before.

    Raises NotYourComment, CommentGone, EmptyComment.
    """
    _lock_own(user, comment)
    before, comment.text = comment.text, _clean(text)
    if before == comment.text:
        return
    Comment.objects.filter(pk=comment.pk).update(text=comment.text, edited_at=Now())
    record("edit", comment, actor=user, source=source, before={"text": before}, after={"text": comment.text})
    _tell_mentioned(comment, mentioned(before))


@transaction.atomic
def delete(user: User, comment: Comment, *, source: EventSource = EventSource.UI) -> None:
    """Delete one's own comment: its answers stay under an empty one. Raises NotYourComment, CommentGone."""
    _lock_own(user, comment)
    Comment.objects.filter(pk=comment.pk).update(text="", quote="", deleted_at=Now())
    record("delete", comment, actor=user, source=source, before={"text": comment.text})


@transaction.atomic
def settle(user: User, comment: Comment, *, resolved: bool, source: EventSource = EventSource.UI) -> bool:
    """Resolve a comment or open it again, whoever wrote it; False when it stood so already. Answers go with theirs."""
    top = comment.parent or comment
    rows = Comment.objects.filter(pk=top.pk, deleted_at__isnull=True, resolved_at__isnull=resolved)
    when, who = (Now(), user) if resolved else (None, None)
    if not rows.update(resolved_at=when, resolved_by=who):
        return False
    record("resolve" if resolved else "reopen", top, actor=user, source=source)
    return True


def _clean(text: str) -> str:
    text = storable(text).replace("\r\n", "\n").strip()[:LONGEST_COMMENT]
    if not text:
        raise EmptyComment
    return text


def _lock_own(user: User, comment: Comment) -> None:
    if comment.author_id != user.pk:
        raise NotYourComment(author=comment.author.get_username())
    now = Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk, deleted_at__isnull=True).first()
    if now is None:
        raise CommentGone
    comment.text = now.text


def _tell_mentioned(comment: Comment, before: Collection[User]) -> list[User]:
    """Tell whom the comment mentions, but for its author and those whom it had mentioned before; returns them."""
    people = [one for one in mentioned(comment.text) if one.pk != comment.author_id and one not in before]
    text = f"{comment.author.get_username()} mentioned you on sample {comment.sample_id}: {comment.text}"
    notify(people, text, comment.get_absolute_url())
    return people
