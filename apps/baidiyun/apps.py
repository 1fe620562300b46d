"""Baidiyun: the carrier cloud, its signatures, its calls and the inbox of its callbacks."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaidiyunConfig(AppConfig):
    """The only app that speaks to the carrier cloud."""

    name = "apps.baidiyun"
    label = "baidiyun"
    verbose_name = _("Baidiyun")
