"""A worker: ``python worker.py``, as many times as wanted, with the settings of the environment.

SIGTERM or Ctrl-C ends it after the job that it runs; a second one ends the job too.
"""

from __future__ import annotations

import sys

from casework.config import ConfigError
from casework.jobs.context import application
from casework.jobs.worker import run


def main() -> None:
    """Import the application once, then work until asked to stop."""
    try:
        app = application()
    except ConfigError as error:
        sys.exit(str(error))
    run(app, app.extensions["casework"])


if __name__ == "__main__":
    main()
