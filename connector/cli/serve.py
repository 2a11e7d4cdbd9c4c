"""`pop serve`: the pages and REST, by gunicorn."""

from __future__ import annotations

import errno
import socket
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from urllib.parse import urlsplit

import click
from gunicorn.app.base import BaseApplication

from connector.app import create_wsgi, secret_key
from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.errors import ConfigurationError
from connector.settings import ServerSettings, Settings
from connector.web.assets import check_assets

_EVERYWHERE = {str(IPv4Address(0)), str(IPv6Address(0))}  # every address of this machine
_THREADS = 4
_GRACE = 20  # seconds for requests under way when the server is asked to stop


@main.command("serve")
@click.option("--host", help="The address to listen on; without it: server.host of the settings.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port; without it: server.port of the settings.")
@click.pass_context
def serve_command(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the pages until Ctrl-C or a signal to stop."""
    settings = settings_of(context)
    serve(settings, host or settings.server.host, port or settings.server.port)


def serve(settings: Settings, host: str, port: int, *, demo: bool = False, workers: int | None = None) -> None:
    """Serve until told to stop. What is wrong is said before anything listens; `demo` gives a button per role."""
    check_assets()
    open_installation(settings).store.close()
    secret_key(settings.server.secret_key_file)
    if not is_free(port, host):
        raise ConfigurationError(
            f"port {port} of {host} is in use or not allowed",
            where="server.port",
            todo="Stop the other program, or choose another port with --port.",
        )
    for remark in remarks(settings, host, port, demo=demo):
        click.echo(f"pop: {remark}", err=True)
    click.echo(f"Pages on http://{_bracketed(host)}:{port}/ (Ctrl-C stops)", err=True)
    server = replace(settings.server, base_url=address_served(settings.server, host, port))
    served = replace(settings, server=server)
    _Server(served, f"{_bracketed(host)}:{port}", demo, workers or settings.server.workers).run()


def address_served(server: ServerSettings, host: str, port: int) -> str:
    """Where links point: to server.base_url, or to what is served when that was not set."""
    if server.base_url != ServerSettings().base_url:
        return server.base_url
    return f"http://{'127.0.0.1' if host in _EVERYWHERE else _bracketed(host)}:{port}"


def remarks(settings: Settings, host: str, port: int, *, demo: bool) -> list[str]:
    """What an operator should know of settings with which one can serve, a sentence each."""
    said = []
    if not demo and settings.sign_in.issuer is None:
        said.append("Nobody can sign in on the pages, for sign_in.issuer (the identity provider) is not set.")
    set_to, served = settings.server.base_url, address_served(settings.server, host, port)
    if set_to != served:
        said.append(f"server.base_url is not set, so links point to {served} here but to {set_to} in mails.")
    elif _is_other_port(set_to, port):
        said.append(f"server.base_url is {set_to}, so links do not point to port {port}, which is served.")
    return said


def _is_other_port(base_url: str, port: int) -> bool:
    """Whether an address of this machine names another port; one elsewhere is a proxy's, with a port of its own."""
    parts = urlsplit(base_url)
    if parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        return False
    return (parts.port or (443 if parts.scheme == "https" else 80)) != port


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def free_port(start: int = 8080, host: str = "127.0.0.1") -> int:
    """The first port from `start` on that nobody listens on; ConfigurationError after a hundred."""
    for port in range(start, min(start + 100, 65536)):
        if is_free(port, host):
            return port
    raise ConfigurationError(f"the ports {start} to {start + 99} of {host} are all in use", where="server.port")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            candidate.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise ConfigurationError(
                "this machine cannot listen on this address", where="server.host", tried=host
            ) from error
    return True


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without a configuration file of its own. Each worker opens its own installation."""

    def __init__(self, settings: Settings, bind: str, demo: bool, workers: int) -> None:
        self._settings = settings
        self._demo = demo
        self._options = {
            "bind": bind,
            "workers": workers,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": _GRACE,
            "timeout": 60,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "control_socket_disable": True,
            "proc_name": "pop",
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_wsgi(self._settings, demo=self._demo)
