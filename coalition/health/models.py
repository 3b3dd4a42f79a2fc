"""A pulse: when something that has to happen again and again last happened."""

from django.db import models


class Pulse(models.Model):
    """One row a kind of work; the row says when, and nothing about whom."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
