"""Who may log in, and whose session goes on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class PortalBackend(ModelBackend):
    """Nobody works for a merchant that is not active: no log-in, and a session ends at once."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Tell whether the person and, if they belong to one, their merchant are active."""
        allowed = super().user_can_authenticate(user)
        return bool(allowed and (user.merchant_id is None or user.merchant.is_active))
