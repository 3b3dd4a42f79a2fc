"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

from coalition.translations import compile_stale

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
compile_stale()
application = get_wsgi_application()
