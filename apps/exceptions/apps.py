"""The app of exceptions: what goes wrong on the way and is shown to a person."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExceptionsConfig(AppConfig):
    """Faulty tracks, and what is decided about them."""

    name = "apps.exceptions"
    label = "exceptions"
    verbose_name = _("Exceptions")

    def ready(self) -> None:
        """Listen for fixes that came in and for messages that are acknowledged; own the callbacks
        about work orders."""
        from apps.baidiyun import topics
        from apps.baidiyun.choices import Topic
        from apps.exceptions import (
            message_answers,
            receivers,  # noqa: F401
        )
        from apps.exceptions.services.step_answers import apply_work_order_answers

        topics.register(Topic.WORK_ORDER, apply_work_order_answers)
        message_answers.listen()
