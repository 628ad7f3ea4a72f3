"""The web application, for granian or gunicorn: ``granian --interface wsgi wsgi:app``."""

from casework.app import serve

app = serve()
