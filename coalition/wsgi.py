"""The web server's way in."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from coalition.progress.served import Snapshots
from coalition.translations import compile_stale

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
compile_stale()
application = Snapshots(
    get_wsgi_application(),
    settings.SNAPSHOTS_DIR,
    ahead=settings.EMBEDDED and not settings.DEBUG,
    https=settings.HTTPS,
)
