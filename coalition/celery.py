"""Celery carries hands, nothing else: rows are the queue."""

import os

from celery import Celery

from coalition.translations import compile_stale

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
compile_stale()
app = Celery("coalition")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coalition"])
