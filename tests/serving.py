"""Serves pages over HTTP on this machine, quietly, as long as somebody looks at them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: only failures are of interest."""


def listening(app: Any = None, port: int = 0) -> BaseWSGIServer:
    """A server that listens, on a free port unless one is given, and answers nothing yet. Its `app` may come later."""
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)


@contextmanager
def serving(web: BaseWSGIServer) -> Iterator[str]:
    """Lets the server answer until the end of the block; its address."""
    thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_port}"
    finally:
        web.shutdown()
        thread.join()
        web.server_close()
