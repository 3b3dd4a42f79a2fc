"""Celery carries hands, nothing else: rows are the queue."""

import os

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from structlog.contextvars import bind_contextvars, unbind_contextvars

from coalition.translations import compile_stale

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
compile_stale()
app = Celery("coalition")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coalition"])


@worker_init.connect  # type: ignore[untyped-decorator]
def warm_up(**_sender: object) -> None:
    """Import what T needs before the first task, so that all children share it; and be asked."""
    from celery.worker.control import inspect_command
    from django.conf import settings

    @inspect_command(name="vault_keys")  # type: ignore[untyped-decorator]
    def vault_keys(_state: object) -> list[str]:
        """Which keys this worker opens with; `manage.py reseal` asks all of them."""
        return [key.partition(":")[0] for key in settings.VAULT_PRIVATE_KEYS]

    if settings.NETWORKS == "live":
        from coalition.networks.bluesky import lexicon

        lexicon.warm_up()


@task_prerun.connect  # type: ignore[untyped-decorator]
def number(task_id: str, task: object, **_more: object) -> None:
    """Whatever is logged for a task carries its name and number."""
    bind_contextvars(task=getattr(task, "name", ""), task_id=task_id)


@task_postrun.connect  # type: ignore[untyped-decorator]
def forget(**_more: object) -> None:
    """The next task has its own."""
    unbind_contextvars("task", "task_id")
