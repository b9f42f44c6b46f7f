"""Comments as a page shows them: each with its answers, its place, and whether the text was edited since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from datasets_app.comments.places import place_words
from datasets_app.models import Comment, Sample

TEXTS = ("search", "messages", "system", "instruction", "input", "output")


@dataclass(frozen=True)
class Thread:
    """One comment with its answers, beside the version that is shown."""

    comment: Comment
    answers: list[Comment]
    shown_version: int

    @property
    def place(self) -> str:
        return place_words(self.comment.field, self.comment.line)

    @property
    def is_open(self) -> bool:
        return self.comment.resolved_at is None

    @property
    def is_about_other(self) -> bool:
        """Whether another version of the text is shown than the comment is about."""
        return self.comment.version_id != self.shown_version


def with_comments() -> Prefetch[str]:
    """The comments of samples, for `prefetch_related`: one statement, without the texts of versions."""
    rows = Comment.objects.select_related("author", "resolved_by", "version")
    return Prefetch("comments", rows.defer(*(f"version__{name}" for name in TEXTS)).order_by("pk"))


def load_comments(samples: Iterable[Sample]) -> None:
    """Read the comments of those of `samples` that have some (`has_comments`), in one statement; in none otherwise."""
    prefetch_related_objects([sample for sample in samples if sample.has_comments], with_comments())  # type: ignore[attr-defined]


def threads_of(comments: Iterable[Comment], shown_version: int) -> list[Thread]:
    """Comments with their answers, open ones first, oldest first. Deleted ones are left out, but for those answered."""
    answers: dict[int, list[Comment]] = defaultdict(list)
    tops = []
    for one in comments:
        if one.parent_id is None:
            tops.append(one)
        elif one.deleted_at is None:
            answers[one.parent_id].append(one)
    kept = [one for one in tops if one.deleted_at is None or answers[one.pk]]
    threads = [Thread(one, answers[one.pk], shown_version) for one in kept]
    return sorted(threads, key=lambda thread: not thread.is_open)


def count_by_line(threads: Iterable[Thread]) -> dict[str, dict[int, int]]:
    """Field -> line -> how many open comments are about that line of the shown version."""
    marked = [one.comment for one in threads if one.is_open and not one.is_about_other and one.comment.line]
    counts = Counter((one.field, one.line) for one in marked if one.deleted_at is None)
    by_field: dict[str, dict[int, int]] = defaultdict(dict)
    for (field, line), count in counts.items():
        by_field[field][line or 0] = count
    return by_field
