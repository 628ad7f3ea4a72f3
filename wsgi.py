"""The web application, for granian or gunicorn: ``granian --interface wsgi wsgi:app``."""

from casework.app import create_app
from casework.garbage import seldom_collect

app = create_app()
seldom_collect()
