"""Who may use each address, and how: the declaration that test_every_url.py holds every view to.

A new address without a line here fails the suite. Roles are cumulative; None: everyone, without logging in.
"""

from __future__ import annotations

from dataclasses import dataclass

from afsweb.core.models import Role

GET, POST = "GET", "POST"


@dataclass(frozen=True)
class Row:
    """One address: the lowest role, the methods, the row whose page it is, what it answers to an admin's GET.

    `refused`: who gets 403 although everyone may come.
    """

    role: Role | None
    methods: tuple[str, ...]
    about: str = ""
    answer: int = 200
    refused: tuple[Role, ...] = ()


def page(role: Role | None = Role.VIEWER, about: str = "", *, answer: int = 200) -> Row:
    return Row(role, (GET,), about, answer)


def form(role: Role | None, about: str = "", *, answer: int = 200) -> Row:
    return Row(role, (GET, POST), about, answer)


def action(role: Role, about: str = "") -> Row:
    return Row(role, (POST,), about)


VIEWER, REVIEWER, TRAINER, ADMIN = Role.VIEWER, Role.REVIEWER, Role.TRAINER, Role.ADMIN

TABLE: dict[str, Row] = {
    # Everything, and oneself
    "show_dashboard": page(),
    "show_running": page(),
    "search": page(),
    "log_in": form(None),
    "log_out": action(VIEWER),
    "edit_profile": form(VIEWER),
    "edit_settings": form(VIEWER),
    "reset_keys": action(VIEWER),
    "change_password": form(VIEWER),
    # People
    "list_people": page(ADMIN),
    "add_person": form(ADMIN),
    "show_person": page(ADMIN, "person"),
    "change_role": action(ADMIN, "person"),
    "deactivate_person": action(ADMIN, "person"),
    "activate_person": action(ADMIN, "person"),
    "reset_password": action(ADMIN, "person"),
    "list_notifications": page(),
    "read_all_notifications": action(VIEWER),
    "open_notification": action(VIEWER),
    # Machines
    "list_jobs": page(),
    "show_job": page(VIEWER, "job"),
    "show_job_progress": page(VIEWER, "job"),
    "cancel_job": action(TRAINER, "job"),
    "retry_job": action(TRAINER, "job"),
    "move_job": action(TRAINER, "job"),
    "prioritise_job": action(TRAINER, "job"),
    "pin_job": action(TRAINER, "job"),
    "list_hosts": page(),
    "show_host": page(VIEWER, "host"),
    "drain_host": action(ADMIN, "host"),
    "activate_host": action(ADMIN, "host"),
    "list_artifacts": page(),
    "show_artifact": page(VIEWER, "artifact"),
    "list_keys": form(ADMIN),
    "delete_key": action(ADMIN, "key"),
    "list_endpoints": page(),
    "add_endpoint": form(ADMIN),
    "show_endpoint": page(VIEWER, "endpoint"),
    "edit_endpoint": form(ADMIN, "endpoint"),
    "add_price": action(ADMIN, "endpoint"),
    # Data
    "review": page(REVIEWER),
    "claim_cards": action(REVIEWER),
    "send_decisions": action(REVIEWER),
    "undo_newest": action(REVIEWER),
    "undo_review": action(REVIEWER, "review"),
    "show_sample_version": page(VIEWER, "sample_version"),
    "decide_sample_version": action(REVIEWER, "sample_version"),
    "edit_sample_version": page(REVIEWER, "sample_version"),
    "check_sample_version": action(REVIEWER, "sample_version"),
    "verify_sample_version": action(REVIEWER, "sample_version"),
    "decide_near_duplicates": form(REVIEWER, "sample_version"),
    "list_neighbours": page(VIEWER, "sample"),
    "save_sample_version": action(REVIEWER, "sample_version"),
    "list_queues": page(REVIEWER),
    "new_queue": form(REVIEWER),
    "show_queue": page(REVIEWER, "queue"),
    "edit_queue": form(REVIEWER, "queue"),
    "archive_queue": action(REVIEWER, "queue"),
    "restore_queue": action(REVIEWER, "queue"),
    "list_samples": page(),
    "count_samples": page(),
    "save_view": action(REVIEWER),
    "rename_view": action(REVIEWER, "saved_view"),
    "replace_view": action(REVIEWER, "saved_view"),
    "archive_view": action(REVIEWER, "saved_view"),
    "show_sample": page(VIEWER, "sample"),
    "archive_sample": action(REVIEWER, "sample"),
    "restore_sample": action(REVIEWER, "sample"),
    "purge_sample": form(ADMIN, "sample"),
    "list_sample_runs": page(VIEWER, "sample"),
    "preview_bulk": action(REVIEWER),
    "show_bulk": page(VIEWER, "bulk"),
    "confirm_bulk": action(REVIEWER, "bulk"),
    "stop_bulk": action(REVIEWER, "bulk"),
    "continue_bulk": action(REVIEWER, "bulk"),
    "undo_bulk": action(REVIEWER, "bulk"),
    "list_history": page(REVIEWER),
    "undo_event": action(REVIEWER, "event"),
    "show_moment": page(),
    "export_moment": page(answer=400),
    "add_comment": action(REVIEWER, "sample_version"),
    "answer_comment": action(REVIEWER, "comment"),
    "edit_comment": action(REVIEWER, "comment"),
    "delete_comment": action(REVIEWER, "comment"),
    "settle_comment": action(REVIEWER, "comment"),
    "list_flags": page(),
    "resolve_flag": action(REVIEWER, "review"),
    "list_secrets": page(),
    "resolve_secret": action(REVIEWER, "secret"),
    "list_goldens": page(),
    "approve_golden": action(REVIEWER, "sample"),
    "take_golden_back": action(REVIEWER, "sample"),
    "renew_golden": action(REVIEWER, "sample"),
    "list_sources": page(),
    "import_source": form(TRAINER),
    "show_source": page(VIEWER, "source"),
    "download_rejects": page(VIEWER, "source"),
    "continue_source": action(TRAINER, "source"),
    "map_columns": form(TRAINER, "source", answer=302),
    "import_good_lines": action(TRAINER, "source"),
    "retry_import": action(TRAINER, "source"),
    "undo_source": action(TRAINER, "source"),
    "archive_source": action(TRAINER, "source"),
    "restore_source": action(TRAINER, "source"),
    "let_gate_decide": action(TRAINER, "source"),
    "examine_source": action(TRAINER, "source"),
    "show_coverage": page(),
    "count_coverage": action(REVIEWER),
    "list_maps": page(),
    "make_map": form(REVIEWER),
    "show_map": page(VIEWER, "map"),
    "draw_points": page(VIEWER, "map"),
    "open_point": page(VIEWER, "map", answer=404),
    "look_at_points": action(VIEWER, "map"),
    "list_points": action(VIEWER, "map"),
    "queue_points": action(REVIEWER, "map"),
    "delete_map": action(REVIEWER, "map"),
    "find_facts": page(),
    "list_preferences": page(),
    "export_preferences": page(),
    "pick_preference": page(REVIEWER),
    "choose_preference": action(REVIEWER),
    "take_back_preference": action(REVIEWER, "pair"),
    "list_symbols": page(),
    "import_symbols": form(TRAINER),
    "show_symbols": page(VIEWER, "symbols"),
    "archive_symbols": action(TRAINER, "symbols"),
    "list_registers": page(),
    "show_register": page(),
    "list_instructions": page(),
    "show_instruction": page(),
    "list_opcodes": page(),
    "list_campaigns": page(),
    "launch_campaign": form(TRAINER),
    "show_campaign": page(VIEWER, "campaign"),
    "stop_campaign": action(TRAINER, "campaign"),
    "continue_campaign": action(TRAINER, "campaign"),
    "list_snapshots": page(),
    "build_snapshot": form(TRAINER),
    "show_snapshot": page(VIEWER, "snapshot"),
    "compare_snapshots": page(VIEWER, "snapshot"),
    "download_card": page(VIEWER, "snapshot"),
    "draw_shares": page(VIEWER, "snapshot"),
    "list_snapshot_evals": page(VIEWER, "snapshot"),
    "list_sample_evals": page(VIEWER, "sample"),
    "export_snapshot": page(VIEWER, "snapshot"),
    "archive_snapshot": action(TRAINER, "snapshot"),
    "restore_snapshot": action(TRAINER, "snapshot"),
    "delete_snapshot": action(TRAINER, "snapshot"),
    "write_snapshot": action(TRAINER, "snapshot"),
    "list_exports": page(),
    "export_samples": form(TRAINER),
    "show_export": page(VIEWER, "export"),
    "download_export": page(VIEWER, "export", answer=302),  # its files are elsewhere, which its page then says
    "delete_export": action(TRAINER, "export"),
    # Training
    "list_runs": page(),
    "launch_run": form(TRAINER),
    "show_run": page(VIEWER, "run"),
    "draw_loss": page(VIEWER, "run"),
    "stop_run": action(TRAINER, "run"),
    "resume_run": action(TRAINER, "run"),
    "list_recipes": page(),
    "add_recipe": form(TRAINER),
    "show_recipe": page(VIEWER, "recipe"),
    "archive_recipe": action(TRAINER, "recipe"),
    "list_versions": page(),
    "show_version": page(VIEWER, "version"),
    "ask_version": action(REVIEWER, "version"),
    "archive_version": action(TRAINER, "version"),
    "list_base_models": page(),
    "build_base_model": form(TRAINER),
    "show_base_model": page(VIEWER, "base_model"),
    "show_expert": page(VIEWER, "expert"),
    # Evaluation
    "list_suites": page(),
    "new_suite": form(TRAINER),
    "show_suite": page(VIEWER, "suite"),
    "archive_suite": action(TRAINER, "suite"),
    "show_case": page(VIEWER, "case"),
    "list_eval_runs": page(),
    "launch_eval": form(TRAINER),
    "show_eval_run": page(VIEWER, "eval_run"),
    "stop_eval": action(TRAINER, "eval_run"),
    "resume_eval": action(TRAINER, "eval_run"),
    "rescore_eval": action(TRAINER, "eval_run"),
    "list_version_evals": page(VIEWER, "version"),
    "list_comparisons": page(),
    "launch_comparison": form(TRAINER),
    "show_comparison": page(VIEWER, "comparison"),
    "draw_comparison": page(VIEWER, "comparison"),
    "recompute_comparison": action(TRAINER, "comparison"),
    "export_comparison": page(VIEWER, "comparison"),
    # In the place of the admin's own
    "/admin/login/": Row(None, (GET, POST), answer=302, refused=(VIEWER,)),
    "/admin/password_change/": page(None, answer=302),
}


@dataclass(frozen=True)
class AdminRow:
    """One model in the admin: the lowest role that sees it, and that changes, adds and deletes (None: nobody)."""

    view: Role
    change: Role | None = None
    add: Role | None = None
    delete: Role | None = None


ADMIN_TABLE: dict[str, AdminRow] = {
    "core_user": AdminRow(ADMIN),
    "core_event": AdminRow(TRAINER),
    "core_host": AdminRow(TRAINER, change=ADMIN),
    "core_job": AdminRow(TRAINER),
    "datasets_domain": AdminRow(REVIEWER, change=ADMIN),
    "datasets_source": AdminRow(REVIEWER),
    "datasets_sample": AdminRow(REVIEWER, change=REVIEWER),
    "datasets_sampleversion": AdminRow(REVIEWER),
    "datasets_review": AdminRow(REVIEWER),
    "datasets_score": AdminRow(REVIEWER),
    "datasets_verdict": AdminRow(REVIEWER),
    "datasets_campaign": AdminRow(TRAINER),
    "datasets_promptversion": AdminRow(ADMIN),
    "datasets_snapshot": AdminRow(TRAINER),
    "datasets_bulkaction": AdminRow(TRAINER),
    "datasets_embeddingmap": AdminRow(TRAINER),
    "datasets_mapselection": AdminRow(TRAINER),
    "datasets_gateversion": AdminRow(REVIEWER),
    "datasets_golden": AdminRow(REVIEWER),
    "datasets_embedder": AdminRow(ADMIN),
    "training_trainingrun": AdminRow(TRAINER),
    "training_recipe": AdminRow(TRAINER),
    "training_basemodel": AdminRow(TRAINER),
    "training_modelversion": AdminRow(TRAINER),
    "training_checkpoint": AdminRow(TRAINER),
    "training_expert": AdminRow(TRAINER),
    "training_promotion": AdminRow(TRAINER),
    "evals_suite": AdminRow(TRAINER),
    "evals_case": AdminRow(TRAINER),
    "evals_evalrun": AdminRow(TRAINER),
    "evals_result": AdminRow(TRAINER),
    "evals_comparison": AdminRow(TRAINER),
}
