from __future__ import annotations

from django.urls import path

from training_app.views import bases, recipes, runs, versions

urlpatterns = [
    path("runs/", runs.list_runs, name="list_runs"),
    path("runs/launch/", runs.launch, name="launch_run"),
    path("runs/<uuid:run_id>/", runs.show_run, name="show_run"),
    path("runs/<uuid:run_id>/loss.json", runs.draw_loss, name="draw_loss"),
    path("runs/<uuid:run_id>/stop/", runs.stop, name="stop_run"),
    path("runs/<uuid:run_id>/resume/", runs.resume, name="resume_run"),
    path("recipes/", recipes.list_recipes, name="list_recipes"),
    path("recipes/new/", recipes.add_recipe, name="add_recipe"),
    path("recipes/<uuid:recipe_id>/", recipes.show_recipe, name="show_recipe"),
    path("recipes/<uuid:recipe_id>/archive/", recipes.archive_recipe, name="archive_recipe"),
    path("models/", versions.list_versions, name="list_versions"),
    path("models/<uuid:version_id>/", versions.show_version, name="show_version"),
    path("models/<uuid:version_id>/ask/", versions.ask, name="ask_version"),
    path("models/<uuid:version_id>/archive/", versions.archive_version, name="archive_version"),
    path("base-models/", bases.list_base_models, name="list_base_models"),
    path("base-models/build/", bases.build_base_model, name="build_base_model"),
    path("base-models/<uuid:base_id>/", bases.show_base_model, name="show_base_model"),
    path("experts/<uuid:expert_id>/", versions.show_expert, name="show_expert"),
    path("samples/<uuid:sample_id>/runs/", runs.list_sample_runs, name="list_sample_runs"),
]
