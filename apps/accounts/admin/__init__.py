"""The pages of merchants, people and API keys. Groups are roles and are not edited by hand."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group

from apps.accounts.admin.core_pages import ActionLogAdmin, CounterAdmin, JobRunAdmin
from apps.accounts.admin.keys import ApiKeyAdmin
from apps.accounts.admin.merchants import MerchantAdmin
from apps.accounts.admin.people import UserAdmin

__all__ = [
    "ActionLogAdmin",
    "ApiKeyAdmin",
    "CounterAdmin",
    "JobRunAdmin",
    "MerchantAdmin",
    "UserAdmin",
    "auth_admin",
]

admin.site.unregister(Group)
