"""The small size: one command keeps a database, a Valkey, the web server and a worker running.

:func:`run` is what ``casework run`` calls. It leaves nothing running when it returns.
"""

from casework.embedded.checks import StartRefused
from casework.embedded.run import SignIn, run

__all__ = ["SignIn", "StartRefused", "run"]
