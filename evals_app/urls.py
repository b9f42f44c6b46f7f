from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from evals_app.views import boards, comparisons, lineage, plans, runs, scaling, scores, suites

suite_urls = [
    path("suites/", suites.list_suites, name="list_suites"),
    path("suites/new/", suites.new_suite, name="new_suite"),
    path("suites/<uuid:suite_id>/", suites.show_suite, name="show_suite"),
    path("suites/<uuid:suite_id>/archive/", suites.archive_suite, name="archive_suite"),
    path("suites/<uuid:suite_id>/cases/<uuid:case_id>/", suites.show_case, name="show_case"),
]

run_urls = [
    path("evaluations/", runs.list_eval_runs, name="list_eval_runs"),
    path("evaluations/scores/", scores.list_scores, name="list_scores"),
    path("evaluations/launch/", runs.launch_eval, name="launch_eval"),
    path("evaluations/plan/", plans.show_plan, name="show_plan"),
    path("evaluations/plan/power.json", plans.draw_plan, name="draw_plan"),
    path("evaluations/<uuid:run_id>/", runs.show_eval_run, name="show_eval_run"),
    path("evaluations/<uuid:run_id>/stop/", runs.stop_eval, name="stop_eval"),
    path("evaluations/<uuid:run_id>/resume/", runs.resume_eval, name="resume_eval"),
    path("evaluations/<uuid:run_id>/rescore/", runs.rescore_eval, name="rescore_eval"),
    path("models/<uuid:version_id>/evaluations/", runs.list_version_evals, name="list_version_evals"),
    path("snapshots/<uuid:snapshot_id>/evaluations/", lineage.list_snapshot_evals, name="list_snapshot_evals"),
    path("samples/<uuid:sample_id>/evaluations/", lineage.list_sample_evals, name="list_sample_evals"),
]

scaling_urls = [
    path("scaling/", scaling.show_scaling, name="show_scaling"),
    path("scaling/chart.json", scaling.draw_scaling, name="draw_scaling"),
]

comparison_urls = [
    path("comparisons/", comparisons.list_comparisons, name="list_comparisons"),
    path("comparisons/launch/", comparisons.launch_comparison, name="launch_comparison"),
    path("comparisons/board/", boards.show_board, name="show_board"),
    path("comparisons/board/compute/", boards.compute_board, name="compute_board"),
    path("comparisons/board/timeline.json", boards.draw_board, name="draw_board"),
    path("comparisons/board/export/<str:what>", boards.export_board, name="export_board"),
    path("comparisons/<uuid:comparison_id>/", boards.show_comparison, name="show_comparison"),
    path("comparisons/<uuid:comparison_id>/compute/", comparisons.recompute_comparison, name="recompute_comparison"),
    path("comparisons/<uuid:comparison_id>/note/", boards.edit_note, name="edit_note"),
    path("comparisons/<uuid:comparison_id>/export/<str:what>", boards.export_comparison, name="export_comparison"),
]

urlpatterns: list[URLPattern | URLResolver] = [*suite_urls, *run_urls, *scaling_urls, *comparison_urls]
