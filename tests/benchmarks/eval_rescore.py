"""10,000 kept answers scored again by a newer scorer: no model is asked, and what they had before is kept."""

from __future__ import annotations

import time
from dataclasses import replace
from unittest.mock import patch

from tests.benchmarks.harness import Bar, hub, report

ANSWERS, CASES = 10_000, 500


def main() -> None:
    with hub():
        from afsweb.core.jobs.context import JobContext
        from afsweb.core.models import Host, Job
        from evals_app.models import Result, Score
        from evals_app.rows import run_rows
        from evals_app.runs.finish import rescore
        from evals_app.scorers import SCORERS
        from tests.benchmarks.eval_run import make_suite
        from tests.evals.making import make_run, say_right
        from training_app.models import BaseModel, ModelVersion

        suite = make_suite()
        base = BaseModel.objects.create(model_id="bench/tiny")
        run = make_run(suite, ModelVersion.objects.create(name="v", base_model=base), say_right)
        for repeat in range(1, ANSWERS // CASES):
            again = list(run.results.filter(repeat=0))
            for result in again:
                result.pk, result.repeat = None, repeat
            Result.objects.bulk_create(again)
        job = Job.objects.create(kind="evals.rescore", title="bench")
        lease = job.take_lease(Host.objects.create(name="bench"), "bench", None)
        assert lease
        newer = replace(SCORERS["register_claims"], version="another")
        with patch.dict(SCORERS, {"register_claims": newer}):
            began, cpu = time.perf_counter(), time.process_time()
            rescore(JobContext(job, lease), run_rows().get(pk=run.pk))
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        scored = run.results.filter(scorer_version="another").count()
        before = Score.objects.filter(result__run=run).count()
    figures = {"answers": scored, "cpu_ms_an_answer": round(1000 * cpu / ANSWERS, 3)}
    bars = {
        "seconds": Bar(round(seconds, 2), at_most=60.0),
        "scored": Bar(scored, at_least=ANSWERS),
        "earlier_scores_kept": Bar(before, at_least=ANSWERS),
    }
    report("eval_rescore", figures, bars)


if __name__ == "__main__":
    main()
