"""How connections are made: to a judged address only, and read under a deadline."""

from __future__ import annotations

import http.client
import io
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager

from connector.http.deadline import Deadline, WatchedStream
from connector.http.reach import Reach

# Its debug and warning lines hold whole addresses, and some systems want their key in there.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


class GuardedAdapter(HTTPAdapter):
    """The connections of one session, all within its reach and under its deadline. It never tries again by itself."""

    def __init__(self, deadline: Deadline, reach: Reach) -> None:
        self._reach = reach
        self._pools = _pools(deadline, reach)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if isinstance(manager, PoolManager) and not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        if select_proxy(request.url or "", proxies):
            self._judge(request.url or "")
        return super().get_connection_with_tls_context(request, verify, proxies, cert)

    def _judge(self, url: str) -> None:
        """The proxy looks the name up again and connects, so its own rules count too; a name that only the proxy
        knows cannot be judged here."""
        parts = urlsplit(url)
        try:
            self._reach.places(parts.hostname or "", parts.port or 443)
        except OSError:
            return


def _pools(deadline: Deadline, reach: Reach) -> dict[str, Any]:
    class Response(http.client.HTTPResponse):
        def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = io.BufferedReader(WatchedStream(self.fp.detach(), sock, deadline))

    class Plain(HTTPConnection):
        response_class = Response

        def _new_conn(self) -> socket.socket:
            return super()._new_conn() if self.proxy is not None else _connected(self, reach)

    class Encrypted(HTTPSConnection):
        response_class = Response

        def _new_conn(self) -> socket.socket:
            return super()._new_conn() if self.proxy is not None else _connected(self, reach)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _connected(connection: HTTPConnection, reach: Reach) -> socket.socket:
    """A socket for a connection whose name stays in `Host`, in SNI and in the check of the certificate."""

    def prepared(made: socket.socket) -> None:
        for option in connection.socket_options or ():
            made.setsockopt(*option)
        if isinstance(connection.timeout, int | float):
            made.settimeout(connection.timeout)

    try:
        return reach.connect(connection._dns_host.strip("[]"), connection.port, prepared)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except UnicodeError as error:
        raise NewConnectionError(connection, "this name cannot be looked up") from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, "no connection in time") from error
    except OSError as error:
        raise NewConnectionError(connection, "no connection") from error
