"""The platform's stub, shared with the carrier cloud's tests."""

from __future__ import annotations

from tests.baidiyun.conftest import _no_hints, platform  # noqa: F401
