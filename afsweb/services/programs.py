"""What runs beside the servers: the web server and the workers."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping

from afsweb.services.home import CHECKOUT
from afsweb.services.processes import Program

# One worker for many short jobs, and one for the long jobs that take the machine.
WORKERS = (("worker-short", "default,generate"), ("worker-long", "gpu,eval"))
GUNICORN = ("--preload", "--no-control-socket", "--graceful-timeout=2")
SIZE = ("--worker-class=gthread", "--workers=2", "--threads=4")
PREPARE = (sys.executable, "-m", "afsweb.commands.prepare")


def manage(*arguments: str) -> tuple[str, ...]:
    """The command line of a manage.py command."""
    return (sys.executable, str(CHECKOUT / "manage.py"), *arguments)


def web(listener: socket.socket, env: Mapping[str, str]) -> Program:
    """gunicorn on a socket that is open already."""
    descriptor = listener.fileno()
    command = (sys.executable, "-m", "gunicorn", "afsweb.wsgi", f"--bind=fd://{descriptor}", *GUNICORN, *SIZE)
    return Program("web", command, env, cwd=CHECKOUT, pass_fds=(descriptor,))


def workers(env: Mapping[str, str]) -> list[Program]:
    """The workers of this machine."""
    return [
        Program(name, manage("afs_worker", "--queues", queues, "--name", name), env, cwd=CHECKOUT)
        for name, queues in WORKERS
    ]
