"""A file's lines become pending samples, all at once or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from afsweb.core.models import Event, Job, JobState
from datasets_app.exchange import importing
from datasets_app.exchange.errors import AlreadyImported, NotAgain
from datasets_app.exchange.rows import Row
from datasets_app.exchange.sources import import_again
from datasets_app.models import ImportReject, Sample, SampleState, SampleVersion, Source, SourceState, Text
from tests.datasets.conftest import ImportLines, line, run_job

pytestmark = pytest.mark.django_db


def uploads() -> list[Any]:
    return list(settings.MEDIA_ROOT.glob("**/*.jsonl"))


def reasons(source: Source) -> list[tuple[int, str]]:
    return list(ImportReject.objects.filter(source=source).values_list("line", "code"))


def test_each_line_becomes_a_pending_sample(import_lines: ImportLines) -> None:
    source = import_lines([line(number) for number in range(3)])
    assert (source.state, source.lines, source.imported, source.rejected) == (SourceState.ACTIVE, 3, 3, 0)
    samples = Sample.objects.filter(source=source, state=SampleState.PENDING).order_by("pk")
    assert [sample.group_id for sample in samples] == ["fact-2100", "fact-2101", "fact-2102"]
    version = samples[0].current
    assert version is not None
    assert version.sha256 == version.text().sha256
    assert version.normal_sha256 == version.text().normal_sha256
    assert (version.number, version.sample) == (1, samples[0])
    assert not uploads()


def test_a_line_without_a_group_is_a_group_of_its_own(import_lines: ImportLines) -> None:
    source = import_lines([line(0, group_id=None), line(1, group_id="")])
    samples = Sample.objects.filter(source=source)
    assert {sample.group_id for sample in samples} == {f"sample-{sample.pk}" for sample in samples}


def test_the_examination_follows(import_lines: ImportLines) -> None:
    source = import_lines([line(0)])
    job = Job.objects.get(kind="datasets.examine_source")
    assert (job.params["source_id"], job.state, job.about_uuid) == (source.pk, JobState.QUEUED, source.uuid)


def test_chats_of_one_turn_become_fields(import_lines: ImportLines) -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is $2100?"},
        {"role": "assistant", "content": "INIDISP."},
    ]
    version = SampleVersion.objects.get(sample__source=import_lines([{"messages": messages}]))
    assert (version.system, version.instruction, version.output) == ("Be brief.", "What is $2100?", "INIDISP.")
    assert version.messages is None
    assert version.chat() == messages


def test_chats_of_more_turns_are_kept_whole(import_lines: ImportLines) -> None:
    messages = [
        {"role": "user", "content": "What is $2100?"},
        {"role": "assistant", "content": "INIDISP."},
        {"role": "user", "content": "And $2101?"},
        {"role": "assistant", "content": "OBSEL."},
    ]
    version = SampleVersion.objects.get(sample__source=import_lines([{"messages": messages}]))
    assert version.messages == messages
    assert (version.instruction, version.output) == ("What is $2100?", "OBSEL.")


def test_alpaca_history_becomes_turns(import_lines: ImportLines) -> None:
    row = {"instruction": "And $2101?", "input": "", "output": "OBSEL.", "history": [["What is $2100?", "INIDISP."]]}
    version = SampleVersion.objects.get(sample__source=import_lines([row]))
    assert [message["content"] for message in version.chat()] == ["What is $2100?", "INIDISP.", "And $2101?", "OBSEL."]


def test_one_bad_line_keeps_all_out(import_lines: ImportLines) -> None:
    source = import_lines([line(0), {"instruction": "only"}, line(1)])
    assert (source.state, source.lines, source.imported, source.rejected) == (SourceState.FAILED, 3, 0, 1)
    assert reasons(source) == [(2, "missing_field")]
    assert not Sample.objects.exists()
    assert len(uploads()) == 1


def test_the_good_lines_can_be_imported_afterwards(import_lines: ImportLines) -> None:
    source = import_lines([line(0), {"instruction": "only"}, line(1)])
    import_again(source, keep_good_lines=True, by=None)
    run_job(Job.objects.get(kind="datasets.import_source", state=JobState.QUEUED))
    source.refresh_from_db()
    assert (source.state, source.imported, source.rejected) == (SourceState.ACTIVE, 2, 1)
    assert reasons(source) == [(2, "missing_field")]
    assert not uploads()


def test_good_lines_are_kept_when_asked_for(import_lines: ImportLines) -> None:
    source = import_lines([line(0), {"instruction": "only"}, line(1)], keep=True)
    assert (source.state, source.imported, source.rejected) == (SourceState.ACTIVE, 2, 1)


def test_without_a_good_line_nothing_is_imported(import_bytes: ImportLines) -> None:
    source = import_bytes(b"no json\n", keep=True)
    assert (source.state, source.imported, source.rejected) == (SourceState.FAILED, 0, 1)


def test_an_active_import_is_not_imported_again(import_lines: ImportLines) -> None:
    with pytest.raises(NotAgain, match="Reload the page"):
        import_again(import_lines([line(0)]), keep_good_lines=True, by=None)


def test_a_text_twice_in_the_file_is_rejected_the_second_time(import_lines: ImportLines) -> None:
    source = import_lines([line(0), line(1), line(0), line(0, group_id="other")], keep=True)
    assert reasons(source) == [(3, "duplicate"), (4, "duplicate")]
    assert "line 1" in ImportReject.objects.get(source=source, line=3).message


def test_a_text_that_is_there_already_is_rejected(import_lines: ImportLines) -> None:
    first = import_lines([line(0)])
    second = import_lines([line(0), line(1)], keep=True)
    assert (second.imported, reasons(second)) == (1, [(1, "duplicate")])
    message = ImportReject.objects.get(source=second).message
    assert f"sample {Sample.objects.get(source=first).pk} from “lines.jsonl”" in message


def test_an_archived_text_may_come_again(import_lines: ImportLines) -> None:
    import_lines([line(0)])
    Sample.objects.update(state=SampleState.ARCHIVED)
    assert import_lines([line(0), line(1)]).imported == 2


def test_another_domain_may_hold_the_same_text(import_lines: ImportLines, domain: Any) -> None:
    import_lines([line(0)])
    other = type(domain).objects.get(slug="text")
    assert import_lines([line(0)], of=other).imported == 1


def test_the_same_file_twice_is_refused_at_once(import_lines: ImportLines) -> None:
    import_lines([line(0)])
    with pytest.raises(AlreadyImported, match=r"lines\.jsonl"):
        import_lines([line(0)])
    assert not uploads()


def test_running_twice_gives_the_same(import_lines: ImportLines) -> None:
    source = import_lines([line(0), line(1)])
    job = Job.objects.get(kind="datasets.import_source")
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, lease=None)
    job.refresh_from_db()
    assert run_job(job).state == JobState.SUCCEEDED
    assert Sample.objects.filter(source=source).count() == 2


def test_a_lost_upload_says_what_to_do(import_lines: ImportLines, domain: Any) -> None:
    source = import_lines([{"instruction": "only"}])
    uploads()[0].unlink()
    import_again(source, keep_good_lines=True, by=None)
    job = run_job(Job.objects.get(kind="datasets.import_source", state=JobState.QUEUED))
    source.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "upload the file again" in job.error
    assert source.is_stuck


def test_fields_that_were_not_taken_are_named(import_lines: ImportLines) -> None:
    source = import_lines([line(0, difficulty="easy"), line(1, difficulty="hard", mood=["a"])])
    assert source.job is not None
    source.job.refresh_from_db()
    assert source.job.result["ignored"] == {"difficulty": 2, "mood": 1}


def test_history_says_what_happened(import_lines: ImportLines) -> None:
    source = import_lines([line(0)])
    events = Event.objects.filter(object_type="datasets.source", object_id=source.pk).order_by("pk")
    assert [event.verb for event in events] == ["upload", "import"]
    assert events[1].after == {"state": "active", "lines": 1, "imported": 1, "rejected": 0}


def test_a_text_of_too_many_words_is_a_reason_on_the_line(import_lines: ImportLines) -> None:
    words = [" ".join(f"z{n:05x}-y{n:05x}" for n in range(part << 16, (part << 16) + 14_000)) for part in range(3)]
    huge = {"instruction": words[0], "input": words[1], "output": words[2]}
    assert max(map(len, words)) < 200_000
    source = import_lines([line(0), huge], keep=True)
    assert (source.imported, reasons(source)) == (1, [(2, "field_too_long")])


def test_batches_are_bounded_by_lines_and_by_size() -> None:
    rows = [(number, Row(Text("q" * size, "", "a"), "", "", ())) for number, size in enumerate([10] * 5 + [90] * 5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "BATCH", 4)
        patch.setattr(importing, "BATCH_BYTES", 150)
        batches = list(importing.batches(rows))
    assert [entry for batch in batches for entry in batch] == rows
    assert [len(batch) for batch in batches] == [4, 3, 2, 1]
