"""Where gunicorn finds the portal. Who names no settings gets the strict ones (`make demo` names its own)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()
