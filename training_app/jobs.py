"""The job kinds of this app, gathered where the registry looks."""

from __future__ import annotations

from training_app import asking, base_models, training

__all__ = ["asking", "base_models", "training"]
