"""A port that was chosen before its program starts is still free when the program wants it."""

import socket

import pytest

from simulator.processes import held_port

HOST = "127.0.0.1"


class Owner:
    pass


def test_nobody_else_can_take_a_held_port() -> None:
    owner = Owner()
    port = held_port(owner)
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind((HOST, port))


def test_a_server_takes_its_held_port_as_often_as_it_is_started() -> None:
    owner = Owner()
    port = held_port(owner)
    for _ in range(2):
        with socket.create_server((HOST, port)) as server, socket.create_connection((HOST, port)) as client:
            served, _ = server.accept()
            served.close()  # first, so that this side is the one that the kernel keeps for a while
            assert client.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port))


def test_the_wanted_port_is_taken_unless_somebody_serves_there() -> None:
    owner, second = Owner(), Owner()
    wanted = held_port(owner)
    assert held_port(second, wanted) == wanted
    with socket.create_server((HOST, wanted)):
        assert held_port(second, wanted) != wanted


def test_ports_are_free_again_when_their_owner_is_gone() -> None:
    owner = Owner()
    ports = [held_port(owner) for _ in range(5)]
    del owner
    assert any(_is_free(port) for port in ports)  # one or two may have gone to others meanwhile


def _is_free(port: int) -> bool:
    with socket.socket() as stranger:
        try:
            stranger.bind((HOST, port))
        except OSError:
            return False
    return True
