"""The credentials' box in the vault of the core: the same keys, a purpose of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from apps.baidiyun.errors import NotConfigured
from apps.core import vault

PURPOSE = b"lastmile credentials"


def seal(text: str, keys: Sequence[str]) -> str:
    """Return ``text`` sealed under the first key. Raises NotConfigured without a usable key."""
    with _as_not_configured():
        return vault.seal(text, keys, purpose=PURPOSE)


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """Return what was sealed under any of the keys. Raises NotConfigured if none of them fits."""
    with _as_not_configured():
        return vault.unseal(sealed, keys, purpose=PURPOSE)


def reseal(sealed: str, keys: Sequence[str]) -> str:
    """Return the same secret sealed under the first key. Raises NotConfigured."""
    return seal(unseal(sealed, keys), keys)


@contextmanager
def _as_not_configured() -> Iterator[None]:
    try:
        yield
    except vault.VaultClosed as error:
        raise NotConfigured(str(error)) from None
