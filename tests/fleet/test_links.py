"""The links themselves: what they swallow, delay, cut and restore is what they say."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from afsweb.services.processes import free_port
from tests.fleet.links import Links
from tests.fleet.place import wait_for


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[socket.socket] = []

    def answer(client: socket.socket) -> None:
        with client:
            while data := client.recv(1024):
                client.sendall(data)

    def serve() -> None:
        while True:
            try:
                heard.append(listener.accept()[0])
            except OSError:
                return
            threading.Thread(target=answer, args=(heard[-1],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def links(echo: int) -> Iterator[Links]:
    made = Links("127.0.0.1", {"web": echo}, "127.0.0.11")
    yield made
    made.close()


def call(links: Links) -> socket.socket:
    client = socket.create_connection((links.address, links.all["web"].target[1]), timeout=10)
    assert ask(client, b"hello") == b"hello"
    return client


def ask(client: socket.socket, text: bytes) -> bytes:
    client.sendall(text)
    return client.recv(1024)


def test_a_cut_link_resets_what_is_open_and_what_comes_until_it_is_restored(links: Links) -> None:
    with call(links) as client:
        links.cut()
        with pytest.raises(ConnectionError):
            assert ask(client, b"you") == b""
            client.sendall(b"there")
    with pytest.raises((ConnectionError, AssertionError)):
        call(links)
    links.restore()
    call(links).close()


def test_a_silent_link_keeps_connections_open_and_swallows_what_is_sent(links: Links) -> None:
    with call(links) as client:
        links.drop()
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            ask(client, b"lost")
        links.restore()
        client.settimeout(10)
        with pytest.raises(ConnectionError):
            assert client.recv(1024) == b""
            client.sendall(b"more")
            client.sendall(b"more")
    with call(links) as client:
        assert ask(client, b"again") == b"again"


def test_a_connection_that_lost_nothing_outlives_the_silence(links: Links) -> None:
    with call(links) as client:
        links.drop()
        links.restore()
        assert ask(client, b"still there") == b"still there"


def test_a_slow_link_answers_later_by_its_latency_both_ways(links: Links) -> None:
    with call(links) as client:
        links.delay(0.2)
        begin = time.monotonic()
        assert ask(client, b"slow") == b"slow"
        assert time.monotonic() - begin >= 0.4


def test_trouble_with_a_length_ends_by_itself(links: Links) -> None:
    links.cut(0.3)
    assert links.all["web"].is_cut
    wait_for(lambda: not links.all["web"].is_cut, "the end of the cut")
    call(links).close()


def test_the_link_outlives_a_server_that_is_away(links: Links) -> None:
    nobody = Links("127.0.0.1", {"web": free_port()}, "127.0.0.12")
    for _ in range(2):
        with pytest.raises((ConnectionError, AssertionError)):
            call(nobody)
    nobody.close()


def test_closed_links_leave_their_ports_to_the_next(echo: int) -> None:
    for _ in range(3):
        Links("127.0.0.1", {"web": echo}, "127.0.0.11").close()
