"""The site's address: a socket that outlives the web server behind it."""

import errno
import socket

HOST = "127.0.0.1"
PORTS_TO_TRY = 20


class NoPortError(Exception):
    """Every port that was tried is taken."""


def listen(first_port: int) -> tuple[socket.socket, list[int]]:
    """A listening socket on the first free port from `first_port`, and the ports found taken.

    The supervisor keeps the socket and hands it to gunicorn, so a web server that is started again loses no connection.
    """
    taken: list[int] = []
    for port in range(first_port, first_port + PORTS_TO_TRY):
        try:
            listener = socket.create_server((HOST, port), backlog=128)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            taken.append(port)
            continue
        listener.set_inheritable(True)
        return listener, taken
    raise NoPortError(f"Ports {first_port} to {first_port + PORTS_TO_TRY - 1} are all taken. Name another: PORT=9000.")
