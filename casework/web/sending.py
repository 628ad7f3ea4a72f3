"""Files that a page makes for its reader: to be saved, and kept by nobody on their way."""

from __future__ import annotations

import io
from typing import BinaryIO

from flask import send_file
from flask.typing import ResponseReturnValue


def made(content: bytes | BinaryIO, name: str, media_type: str) -> ResponseReturnValue:
    """Return a file that was made for this answer, from its beginning, under a name."""
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    file.seek(0)
    answer = send_file(file, mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
