"""Why a conversation ended. Only the first four say something about the version; the last three are the simulator's."""

from __future__ import annotations

from django.db import models


class StopReason(models.TextChoices):
    GOAL = "goal reached", "goal reached"
    GAVE_UP = "gave up", "gave up"
    TURN_LIMIT = "turn limit", "turn limit"
    SILENT = "version said nothing", "version said nothing"
    VERSION_ERROR = "version error", "version gave no answer"
    SIMULATOR_ERROR = "simulator error", "simulator gave no answer"
    REPEATED = "simulator repeated itself", "simulator repeated itself"
    LEFT_ROLE = "simulator left its role", "simulator left its role"


# These never count against the version: its conversation is spoilt, and held again when the evaluation goes on.
SIMULATORS = (StopReason.SIMULATOR_ERROR, StopReason.REPEATED, StopReason.LEFT_ROLE)
