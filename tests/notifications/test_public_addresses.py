"""A webhook leads to public addresses only, however the address is written and whatever its name answers next time."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from uuid import uuid4

import httpcore
import pytest
from django.utils import timezone

from afsweb.core.models import Channel, ChannelKind
from afsweb.core.notifications.errors import NotAWebhook, NotDelivered
from afsweb.core.notifications.guarded import GuardedNetwork, Refused, Resolve, is_allowed
from afsweb.core.notifications.payloads import Message
from afsweb.core.notifications.webhooks import check_address, post
from afsweb.core.sealing import seal
from tests.notifications.receiver import serving

LOCAL = [ipaddress.ip_network("127.0.0.0/8")]

# What leads to this machine, to its neighbours, or to what clouds tell their machines, in every way to write it.
BY_NUMBER = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "017700000001",
    "2130706433",
    "0",
    "0.0.0.0",
    "localhost",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "0xc0a80001",
    "3232235521",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "169.254.170.2",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]
IN_BRACKETS = [
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "4000::1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::8"]


def open_socket(host: str) -> None:
    GuardedNetwork([], 5).connect_tcp(host, 9)


@pytest.mark.parametrize("host", BY_NUMBER + IN_BRACKETS)
def test_no_socket_is_opened_to_what_is_not_public(host: str) -> None:
    with pytest.raises(Refused, match="is no public address"):
        open_socket(host)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize("text", ["", "example.org", "127.0.0.1 ", "1.2.3.4/32"])
def test_what_is_no_address_is_not_allowed(text: str) -> None:
    assert not is_allowed(text)


def test_a_network_can_be_allowed_on_purpose_and_its_neighbour_is_not() -> None:
    allowed = [ipaddress.ip_network("192.168.7.0/24")]
    assert is_allowed("192.168.7.20", allowed)
    assert not is_allowed("192.168.8.20", allowed)
    assert not is_allowed("::ffff:192.168.7.20", allowed)


def test_a_name_with_one_bad_address_among_good_ones_is_refused() -> None:
    network = GuardedNetwork([], 5, lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        network.connect_tcp("two-faced.example", 80)


def no_such_name(_host: str, _port: int) -> Sequence[str]:
    raise OSError("no such name")


@pytest.mark.parametrize("resolver", [no_such_name, lambda _host, _port: []])
def test_a_name_without_an_address_is_no_connection(resolver: Resolve) -> None:
    with pytest.raises(httpcore.ConnectError, match="no address"):
        GuardedNetwork([], 5, resolver).connect_tcp("nowhere.example", 80)


def test_sockets_of_this_machine_are_refused() -> None:
    with pytest.raises(Refused):
        GuardedNetwork([], 5).connect_unix_socket("/run/docker.sock")


class Rebinding:
    """A name server that answers with an address that is allowed at the first look, and with another one after it."""

    def __init__(self, first: str, then: str) -> None:
        self.answers = [first, then]
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return [self.answers[min(self.asked, 2) - 1]]


def webhook(address: str) -> Channel:
    return Channel(kind=ChannelKind.SLACK, name="a webhook", address=seal(address))


def message() -> Message:
    return Message(uuid4(), "people", timezone.now(), "Look.", "https://hub.example/")


def test_the_address_that_was_checked_is_the_one_that_is_used() -> None:
    with serving() as meant, serving() as inside:
        port = meant.url.rpartition(":")[2].removesuffix("/hook")
        names = Rebinding("127.0.0.1", "127.0.0.2")
        network = GuardedNetwork([ipaddress.ip_network("127.0.0.1/32")], 5, names)
        post(webhook(f"http://rebinding.example:{port}/hook"), message(), network)
        assert (len(meant.came), len(inside.came), names.asked) == (1, 0, 1)
        assert meant.came[0].headers["host"] == f"rebinding.example:{port}"


def test_a_name_that_turns_to_the_inside_is_refused_at_the_next_request() -> None:
    with serving() as receiver:
        port = receiver.url.rpartition(":")[2].removesuffix("/hook")
        names = Rebinding("127.0.0.1", "127.0.0.2")
        allowed = [ipaddress.ip_network("127.0.0.1/32")]
        one = webhook(f"http://rebinding.example:{port}/hook")
        post(one, message(), GuardedNetwork(allowed, 5, names))
        with pytest.raises(NotDelivered, match=r"127\.0\.0\.2") as refused:
            post(one, message(), GuardedNetwork(allowed, 5, names))
        assert refused.value.is_final
        assert len(receiver.came) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving() as outside, serving() as inside:
        outside.status, outside.headers = status, {"Location": inside.url}
        with pytest.raises(NotDelivered, match="redirect") as refused:
            post(webhook(outside.url), message(), GuardedNetwork(LOCAL, 5))
        assert refused.value.is_final
        assert inside.came == []


@pytest.mark.parametrize("host", ["[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "127.0.0.1.", "LOCALHOST", "[::1]"])
def test_a_whole_request_is_refused_before_anything_is_sent(host: str) -> None:
    with serving() as receiver:
        port = receiver.url.rpartition(":")[2].removesuffix("/hook")
        with pytest.raises(NotDelivered) as refused:
            post(webhook(f"http://{host}:{port}/hook"), message(), GuardedNetwork([], 5))
        assert refused.value.is_final or "no address" in str(refused.value)
        assert receiver.came == []


def test_an_answer_that_drips_is_cut_off() -> None:
    with serving() as receiver:
        receiver.drips = True
        with pytest.raises(NotDelivered) as cut:
            post(webhook(receiver.url), message(), GuardedNetwork(LOCAL, 0.3))
        assert cut.value.is_unknown


def test_a_proxy_of_the_environment_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as receiver, serving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        post(webhook(receiver.url), message(), GuardedNetwork(LOCAL, 5))
        assert (len(receiver.came), len(proxy.came)) == (1, 0)


@pytest.mark.parametrize(
    "address, words",
    [
        ("ftp://example.org/hook", "does not begin with https"),
        ("file:///etc/passwd", "does not begin with https"),
        ("gopher://example.org/", "does not begin with https"),
        ("example.org/hook", "does not begin with https"),
        ("", "does not begin with https"),
        ("https://", "names no host"),
        ("https:///hook", "names no host"),
        ("https://example.org:0/", "names no host"),
        ("https://example.org:99999/", "its port is none"),
        ("https://[::1/", "its port is none"),
        ("https://name:password@example.org/", "a name and a password"),
        ("https://public.example@127.0.0.1/", "a name and a password"),
        ("https://example.org/a b", "spaces"),
        ("https://example.org/\r\nX-Evil: 1", "spaces"),
        ("https://exämple.org/", "letters"),
        ("https://example.org/" + "a" * 500, "longer than 500"),
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused_as_it_is_typed(address: str, words: str) -> None:
    with pytest.raises(NotAWebhook, match=words):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["https://example.org/hook", " http://example.org:8080/a?b=c ", "https://[2606::1]/"]
)
def test_addresses_of_webhooks_are_kept(address: str) -> None:
    assert check_address(address) == address.strip()
