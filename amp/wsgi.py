"""The door gunicorn knocks at; it stays shut when the settings are unsafe."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amp.settings")
application = get_wsgi_application()
call_command("check", "--tag", "security", "--fail-level", "ERROR")
