"""A network that can be pulled: it hands everything on to a site until then."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import Self

from playwright.sync_api import Page

from tests.support.site import Site

BLOCK = 65_536


class Plug:
    """Listens on a port of its own and passes on to a site; pulled, it refuses and cuts off."""

    def __init__(self, site: Site) -> None:
        self._target = site.port
        self._open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._in = True
        self.site = replace(site, port=self._server.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._in = False
        self._server.close()
        self._cut()

    def pull(self, page: Page) -> None:
        """Cut the network, and tell the browser so, as a tablet would."""
        self._in = False
        self._cut()
        page.context.set_offline(True)

    def put_back(self, page: Page) -> None:
        """Let the network be there again."""
        self._in = True
        page.context.set_offline(False)

    def _cut(self) -> None:
        for each in list(self._open):
            each.close()
        self._open.clear()

    def _listen(self) -> None:
        while True:
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            if not self._in:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(BLOCK):
                other.sendall(data)
        except OSError:
            pass
        for each in (one, other):
            each.close()
            self._open.discard(each)
