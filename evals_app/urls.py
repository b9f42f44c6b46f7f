from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from evals_app.views import (
    abilities,
    authoring,
    boards,
    comparisons,
    conversations,
    duels,
    exchange,
    gates,
    judges,
    leaks,
    lineage,
    loop,
    people,
    personas,
    plans,
    rubrics,
    runs,
    scaling,
    scores,
    suite_files,
    suites,
)

suite_urls = [
    path("suites/", suites.list_suites, name="list_suites"),
    path("suites/new/", suites.new_suite, name="new_suite"),
    path("suites/begin/", authoring.begin_suite, name="begin_suite"),
    path("suites/import/", suite_files.import_suite, name="import_suite"),
    path("suites/shipped/", suite_files.make_shipped_suites, name="make_shipped_suites"),
    path("suites/from-samples/", suite_files.make_suite_from_samples, name="make_suite_from_samples"),
    path("suites/<uuid:suite_id>/", suites.show_suite, name="show_suite"),
    path("suites/<uuid:suite_id>/edit/", authoring.edit_suite, name="edit_suite"),
    path("suites/<uuid:suite_id>/changes/", suites.show_suite_changes, name="show_suite_changes"),
    path("suites/<uuid:suite_id>/export/", suite_files.export_suite, name="export_suite"),
    path("suites/<uuid:suite_id>/cases/add/", authoring.add_case, name="add_case"),
    path("suites/<uuid:suite_id>/archive/", suites.archive_suite, name="archive_suite"),
    path("suites/<uuid:suite_id>/cases/<uuid:case_id>/", suites.show_case, name="show_case"),
    path("suites/<uuid:suite_id>/cases/<uuid:case_id>/edit/", authoring.edit_case, name="edit_case"),
    path("suites/<uuid:suite_id>/cases/<uuid:case_id>/leave-out/", authoring.leave_case_out, name="leave_case_out"),
]

conversation_urls = [
    path("suites/new-personas/", personas.new_personas, name="new_personas"),
    path("suites/<uuid:suite_id>/personas.json", personas.export_personas, name="export_personas"),
    path(
        "evaluations/<uuid:run_id>/conversations/<uuid:case_id>/<int:repeat>/",
        conversations.show_conversation,
        name="show_conversation",
    ),
]

run_urls = [
    path("evaluations/", runs.list_eval_runs, name="list_eval_runs"),
    path("evaluations/scores/", scores.list_scores, name="list_scores"),
    path("evaluations/launch/", runs.launch_eval, name="launch_eval"),
    path("evaluations/import/", exchange.import_eval, name="import_eval"),
    path("evaluations/<uuid:run_id>/inspect.json", exchange.export_eval, name="export_eval"),
    path("evaluations/plan/", plans.show_plan, name="show_plan"),
    path("evaluations/plan/power.json", plans.draw_plan, name="draw_plan"),
    path("evaluations/<uuid:run_id>/", runs.show_eval_run, name="show_eval_run"),
    path("evaluations/<uuid:run_id>/stop/", runs.stop_eval, name="stop_eval"),
    path("evaluations/<uuid:run_id>/resume/", runs.resume_eval, name="resume_eval"),
    path("evaluations/<uuid:run_id>/limits/", runs.limit_eval, name="limit_eval"),
    path("evaluations/<uuid:run_id>/rescore/", runs.rescore_eval, name="rescore_eval"),
    path("evaluations/<uuid:run_id>/confusion.json", runs.draw_confusion, name="draw_confusion"),
    path("models/<uuid:version_id>/evaluations/", runs.list_version_evals, name="list_version_evals"),
    path("models/<uuid:version_id>/abilities/", abilities.list_abilities, name="list_abilities"),
    path("models/<uuid:version_id>/held-out/", abilities.measure_held_out, name="measure_held_out"),
    path("models/<uuid:version_id>/held-out/stop/", abilities.stop_held_out, name="stop_held_out"),
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

judging_urls = [
    path("rubrics/", rubrics.list_rubrics, name="list_rubrics"),
    path("rubrics/new/", rubrics.new_rubric, name="new_rubric"),
    path("rubrics/<uuid:rubric_id>/", rubrics.show_rubric, name="show_rubric"),
    path("judges/", judges.list_judges, name="list_judges"),
    path("evaluations/<uuid:run_id>/judge/", judges.ask_judge, name="ask_judge"),
    path("evaluations/<uuid:run_id>/answers/", people.judge_answers, name="judge_answers"),
    path("evaluations/<uuid:run_id>/answers/undo/", people.unscore_answer, name="unscore_answer"),
    path("evaluations/<uuid:run_id>/answers/<int:answer>/", people.score_answer, name="score_answer"),
    path("comparisons/<uuid:comparison_id>/judge/", judges.ask_pairs, name="ask_pairs"),
    path("comparisons/<uuid:comparison_id>/duels/", duels.show_duels, name="show_duels"),
    path("comparisons/<uuid:comparison_id>/duel/", duels.show_duel, name="show_duel"),
    path("comparisons/<uuid:comparison_id>/duel/undo/", duels.undo_duel, name="undo_duel"),
    path("comparisons/<uuid:comparison_id>/duel/<uuid:duel_id>/", duels.decide_duel, name="decide_duel"),
    path("suites/<uuid:suite_id>/duels/", duels.show_suite_duels, name="show_suite_duels"),
]

gate_urls = [
    path("experts/<uuid:expert_id>/gate/", gates.show_gate, name="show_gate"),
    path("experts/<uuid:expert_id>/gate/edit/", gates.edit_gate, name="edit_gate"),
    path("experts/<uuid:expert_id>/promote/", gates.promote_version, name="promote_version"),
    path("experts/<uuid:expert_id>/override/", gates.override_gate, name="override_gate"),
]

leak_urls = [
    path("suites/<uuid:suite_id>/contamination/", leaks.show_contamination, name="show_contamination"),
    path("suites/<uuid:suite_id>/contamination/look/", leaks.look_for_leaks, name="look_for_leaks"),
    path("evaluations/<uuid:run_id>/leaks/", leaks.show_run_leaks, name="show_run_leaks"),
    path("evaluations/<uuid:run_id>/leaks/look/", leaks.look_into_run, name="look_into_run"),
]

loop_urls = [
    path("evaluations/<uuid:run_id>/plan/", loop.plan_for_run, name="plan_for_run"),
    path("evaluations/<uuid:run_id>/review/", loop.review_near_run, name="review_near_run"),
    path("suites/<uuid:suite_id>/again/", loop.ask_suite_again, name="ask_suite_again"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *suite_urls,
    *conversation_urls,
    *run_urls,
    *scaling_urls,
    *comparison_urls,
    *judging_urls,
    *gate_urls,
    *leak_urls,
    *loop_urls,
]
