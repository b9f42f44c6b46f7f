"""Our own functions called on the hub, in a process that is set up as `afs` is there: with its database and its files.

`hub.call(function, argument)`: the function is found there by the name of its module and its own, so it is none of the
program that runs; what goes in and comes out is pickled. After an error the next call connects to the database anew.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

from afsweb.services.home import CHECKOUT, Home
from tests.fleet.place import Place

P = ParamSpec("P")
T = TypeVar("T")


class Console:
    """One such process, started at its first call."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None
        self.line: Any = None

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns there. Raises what it raises there."""
        if self.process is None:
            self._start()
        self.line.send((function.__module__, function.__qualname__, args, kwargs))
        answer, raised = self.line.recv()
        if raised is not None:
            raise raised
        return cast(T, answer)

    def close(self) -> None:
        if self.process:
            self.line.close()  # which it takes for its end
            self.process.wait()
            self.process = None

    def _start(self) -> None:
        self.line, theirs = Pipe()
        with theirs, self.place.log("console").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.fleet.console", str(theirs.fileno())],
                env=self.place.env,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(theirs.fileno(),),
            )


def answer_calls(line: Connection[Any, Any]) -> None:
    """Do what is asked until the other side is gone."""
    from django.db import connection

    while True:
        try:
            module, name, args, kwargs = line.recv()
        except EOFError:
            return
        answer, raised = None, None
        try:
            answer = getattr(importlib.import_module(module), name)(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  it is raised where it was asked for
            raised = error
            connection.close()
        line.send((answer, raised))


if __name__ == "__main__":
    os.environ.update(Home.here().environment())
    from afsweb.cli import set_up_django

    set_up_django()
    answer_calls(Connection(int(sys.argv[1])))
