"""The database of a home with nobody else at it, for work that would be in everybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from afsweb.env import env_secret
from afsweb.services.children import Child
from afsweb.services.home import Home
from afsweb.services.pidfile import stop_leftovers
from afsweb.services.processes import stop
from afsweb.services.servers import embedded_postgres

PATIENCE = 60.0  # seconds for the server to write down what it holds


@contextmanager
def database_alone(home: Home) -> Iterator[str]:
    """The URL of the home's database, whose server runs for as long as the block lasts; no `afs up` begins meanwhile.

    A server that DATABASE_URL names is taken as it runs. Raises AlreadyRunning, ServiceError.
    """
    home.prepare()
    with home.lock():
        stop_leftovers(home)
        server = embedded_postgres(home)
        if server is None:
            yield env_secret("DATABASE_URL")
            return
        server.prepare()
        child = Child(home, server.program())
        child.start()
        try:
            server.wait(child.alive, home.log("postgres"))
            server.make_database()
            yield server.url()
        finally:
            if process := child.running():
                stop(process, child.program.stop_signal, patience=PATIENCE)
            child.forget()
