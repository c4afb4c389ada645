"""The door gunicorn knocks at; it stays shut when the settings are unsafe."""

import os

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amp.settings")
application = get_wsgi_application()
# gunicorn runs no checks of its own.
if unsafe := [str(message) for message in run_checks(tags=[Tags.security]) if message.is_serious()]:
    raise ImproperlyConfigured("\n".join(unsafe))
