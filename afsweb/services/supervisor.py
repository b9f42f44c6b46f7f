"""Run everything one checkout needs, in order, and keep it running until asked to stop."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from types import FrameType
from urllib.parse import urlsplit

import psutil

from afsweb.env import env_str
from afsweb.services import programs
from afsweb.services.address import EVERYWHERE, address_of, beside, open_socket
from afsweb.services.bytecode import compile_ahead
from afsweb.services.children import Child
from afsweb.services.errors import DatabaseNotPrepared, ServerDidNotStart, ServiceError
from afsweb.services.home import CHECKOUT, Home
from afsweb.services.pidfile import forget_pid, stop_leftovers, write_pid
from afsweb.services.postgres import Postgres
from afsweb.services.processes import Program, run, stop_all, tail, wait_until
from afsweb.services.servers import embedded_postgres, embedded_valkey
from afsweb.services.valkey import Valkey

PAUSE = 0.1  # seconds between two looks at the children
WEB_PATIENCE = 60.0


class Supervisor:
    """Postgres, Valkey, migrations, the first admin, the web server, the workers, and perhaps a guest (the demo)."""

    def __init__(self, home: Home, *, guest: Sequence[str] | None = None, once: bool = False) -> None:
        self.home, self.guest_command, self.once = home, guest, once
        self.servers: list[Child] = []
        self.fronts: list[Child] = []
        self.stopping = False
        self.status = 0

    def run(self) -> int:
        """Serve until Ctrl-C, SIGTERM or, with `once`, the guest's end; return the exit status."""
        self.home.prepare()
        compile_ahead()
        with self.home.lock():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, self._ask_to_stop)
            stop_leftovers(self.home)  # they may hold the address
            with open_socket() as listener:
                self._serve_and_stop(listener)
        return self.status

    def _serve_and_stop(self, listener: socket.socket) -> None:
        write_pid(self.home, "supervisor", os.getpid(), psutil.Process().cmdline(), signal.SIGTERM)
        try:
            self._serve(listener)
        except ServiceError:
            if not self.stopping:
                raise
        finally:
            self._stop()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _serve(self, listener: socket.socket) -> None:
        state = {"AFS_ADDRESS": address_of(listener), "PID": str(os.getpid())}
        self.home.write_state(state)
        steps: list[Callable[[], None]] = [
            lambda: self._start_servers(state, beside(listener)),
            self._prepare_database,
            lambda: self._start_fronts(listener),
            self._host_guest,
        ]
        for step in steps:
            if self.stopping:
                return
            step()

    def _start_servers(self, state: dict[str, str], listen: tuple[str, ...]) -> None:
        if postgres := embedded_postgres(self.home, listen):
            self._start_server(postgres)
            postgres.make_database()
            state["DATABASE_URL"] = postgres.url()
        if valkey := embedded_valkey(self.home, listen):
            self._start_server(valkey)
            state["REDIS_URL"] = valkey.url()
        self.home.write_state(state)

    def _start_server(self, server: Postgres | Valkey) -> None:
        server.prepare()
        child = self._start(server.program())
        self.servers.append(child)
        server.wait(lambda: child.alive() and not self.stopping, self.home.log(child.program.name))

    def _start(self, program: Program) -> Child:
        child = Child(self.home, program)
        child.start()
        return child

    def _prepare_database(self) -> None:
        program = Program("prepare", programs.PREPARE, self.home.environment(), cwd=CHECKOUT)
        status = run(program, None, lambda: self.stopping)
        if status and not self.stopping:
            raise DatabaseNotPrepared(status=status)

    def _start_fronts(self, listener: socket.socket) -> None:
        env = self.home.environment() | hosts(listener)
        self.fronts = [self._start(program) for program in (programs.web(listener, env), *programs.workers(env))]
        address = address_of(listener)
        web = self.fronts[0]
        if not wait_until(lambda: answers(address), lambda: web.alive() and not self.stopping, seconds=WEB_PATIENCE):
            log = self.home.log("web")
            raise ServerDidNotStart(server="The web server", log=log, tail=tail(log))
        say(f"afsweb is at {address} (Ctrl-C stops it)")

    def _host_guest(self) -> None:
        """Keep everything running; end with the guest when asked to."""
        if self.guest_command:
            program = Program("demo", self.guest_command, self.home.environment(), cwd=CHECKOUT)
            self.status = run(program, None, self._tend)
            if self.once:
                return
            self.status = 0  # it was shown; what counts from here on is serving
        while not self._tend():
            time.sleep(PAUSE)

    def _tend(self) -> bool:
        """Start again what ended; True when it is time to stop."""
        for child in (*self.servers, *self.fronts):
            if not self.stopping and (sentence := child.keep_running()):
                say(sentence)
        return self.stopping

    def _stop(self) -> None:
        """Stop who uses the servers, then the servers."""
        for children, patience in ((self.fronts, 2.0), (self.servers, 2.0)):
            alive = [(process, child.program.stop_signal) for child in children if (process := child.running())]
            stop_all(alive, patience=patience)
            for child in children:
                child.forget()
        forget_pid(self.home, "supervisor")
        self.home.forget_state()


def hosts(listener: socket.socket) -> dict[str, str]:
    """The setting that lets a browser name the host of BIND, unless the person set it or BIND means every host."""
    host = str(listener.getsockname()[0])
    if env_str("AFS_ALLOWED_HOSTS", "") or host in EVERYWHERE:
        return {}
    return {"AFS_ALLOWED_HOSTS": f"localhost,127.0.0.1,[::1],{host}"}


def answers(address: str) -> bool:
    """Whether the web server at `address` answers anything at all."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def say(sentence: str) -> None:
    """Print at once, also when the terminal is a pipe."""
    print(sentence, flush=True)
