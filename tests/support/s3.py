"""A real server process that speaks S3, with one bucket."""

from __future__ import annotations

import subprocess
import sys

import obstore
from obstore.store import S3Store

from casework.config_values import Bucket
from tests.support.processes import free_port, listens
from tests.support.waiting import wait_until

BUCKET = "documents"
START = """
import sys
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
"""
MAKE = """
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="PUT"), timeout=30)
"""


class S3Server:
    """One server on a port of its own; it forgets everything when it is stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.url = f"s3://key:secret@{BUCKET}/casework?endpoint={self.endpoint}&region=eu-west-1"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, wait until it answers, and make the bucket."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: listens(self.port), "the S3 server")
        subprocess.run([sys.executable, "-c", MAKE, f"{self.endpoint}/{BUCKET}"], check=True)

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def overwrite(self, path: str, content: bytes) -> None:
        """Put other bytes where something was stored, behind our back."""
        obstore.put(self._store(), path, content)

    def remove(self, path: str) -> None:
        """Take something away behind our back."""
        obstore.delete(self._store(), path)

    def _store(self) -> S3Store:
        bucket = Bucket(BUCKET, "casework", self.endpoint, "eu-west-1", "key", "secret")
        return S3Store(
            bucket.name,
            prefix=bucket.prefix,
            config={
                "endpoint": bucket.endpoint,
                "region": bucket.region,
                "access_key_id": "key",
                "secret_access_key": "secret",
            },
            client_options={"allow_http": True},
        )
