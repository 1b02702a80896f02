"""Tests reach this machine only: a page, a letter or a check that calls out fails loudly."""

import socket

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_no_address_outside_can_be_reached(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as stream, pytest.raises(RuntimeError, match="reaches for"):
        stream.connect((address, 80))
    with socket.socket(family, socket.SOCK_DGRAM) as datagrams, pytest.raises(RuntimeError, match="reaches for"):
        datagrams.sendto(b"x", (address, 53))


def test_no_name_outside_is_looked_up() -> None:
    with pytest.raises(RuntimeError, match="reaches for"):
        socket.getaddrinfo("alur.example", 443)


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5):
        pass
