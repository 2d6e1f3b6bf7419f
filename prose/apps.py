"""Markdown to safe HTML; no models at all."""

from django.apps import AppConfig


class ProseConfig(AppConfig):
    """The one renderer."""

    name = "prose"
