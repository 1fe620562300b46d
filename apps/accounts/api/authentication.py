"""API keys as bearer tokens."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.models import ApiKey
from apps.accounts.selectors import find_api_key, touch_api_key

KEY_SHAPE = re.compile(r"lm_[a-z0-9]{1,12}_[A-Za-z0-9]{20,80}")


class ApiKeyUser:
    """What ``request.user`` is for a key: authenticated, bound to the key's merchant."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, key: ApiKey) -> None:
        self.key = key
        self.pk = f"key:{key.pk}"
        self.merchant_id = key.merchant_id
        self.merchant = key.merchant


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer lm_…``; anything wrong with the key is one and the same 401."""

    def authenticate(self, request: Request) -> tuple[ApiKeyUser, ApiKey] | None:
        """Return the key's user, or None when another scheme is used."""
        parts = get_authorization_header(request).decode("latin-1").split()
        if not parts or parts[0].lower() != "bearer":
            return None
        plain = parts[1] if len(parts) == 2 else ""
        key = find_api_key(plain=plain) if KEY_SHAPE.fullmatch(plain) else None
        if key is None:
            raise AuthenticationFailed(_("The API key is not valid."), code="invalid_key")
        touch_api_key(key=key)
        return ApiKeyUser(key), key

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="api"'


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """Describes the bearer key in the OpenAPI document."""

    target_class = "apps.accounts.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "lm_<prefix>_<secret>"}
