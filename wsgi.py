"""The web application, for granian or gunicorn: ``granian --interface wsgi wsgi:app``."""

from casework.app import create_app

app = create_app()
