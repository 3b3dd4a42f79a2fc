"""Celery carries hands, nothing else: rows are the queue."""

import os

from celery import Celery
from celery.signals import worker_init

from coalition.translations import compile_stale

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
compile_stale()
app = Celery("coalition")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coalition"])


@worker_init.connect  # type: ignore[untyped-decorator]
def warm_up(**_sender: object) -> None:
    """Import what T needs before the first task, so that all children share it."""
    from django.conf import settings

    if settings.NETWORKS == "live":
        from coalition.networks.bluesky import lexicon

        lexicon.warm_up()
