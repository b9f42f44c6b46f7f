"""The doctor's look at this machine every few minutes, beside the worker: a dead mount would hold it for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from django.conf import settings
from django.db.models.functions import Now

from afsweb.core.machine import others_sharing, this_machine
from afsweb.core.models import Host
from afsweb.doctor.examination import Machine, examine
from afsweb.doctor.finding import Finding

EVERY = 300.0  # seconds


class Examiner:
    """Looks in a thread of its own, which uses no connection of ours; the worker writes down what it found."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.found: Sequence[Finding] | None = None
        self.next_look = 0.0

    def look(self, host: Host) -> None:
        """Write down what a look has found; begin the next when it is due."""
        if self.found is not None:
            found, self.found = self.found, None
            Host.objects.filter(pk=host.pk).update(findings=[one.to_json() for one in found], checked_at=Now())
        if time.monotonic() >= self.next_look and not (self.thread and self.thread.is_alive()):
            self.next_look = time.monotonic() + EVERY
            machine = this_machine(host.queues or settings.QUEUES, others_sharing(host.name))
            self.thread = threading.Thread(target=self._examine, args=(machine,), name="examiner", daemon=True)
            self.thread.start()

    def _examine(self, machine: Machine) -> None:
        self.found = examine(machine)
