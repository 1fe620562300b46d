"""A deployment that would be open to forgers or to any host does not start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.env import BASE_DIR

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": "portal.example.com",
    "BAIDIYUN_SALT_KEYS": "k1:0123456789abcdef0123456789abcdef",
}


def start(**changed: str) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process of their own."""
    names = ("PATH", "HOME", "LASTMILE_LOCAL", "DATABASE_URL", "REDIS_URL")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DEBUG)"],
        cwd=BASE_DIR, env={**kept, **GOOD, **changed}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_careful_settings_start_and_never_debug():
    answer = start(DEBUG="true")
    assert (answer.returncode, answer.stdout.strip()) == (0, "False")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("BAIDIYUN_SALT_KEYS", ""),
        ("BAIDIYUN_SALT_KEYS", "k1:"),
        ("BAIDIYUN_SALT_KEYS", "k1:guessable"),
        ("BAIDIYUN_SALT_KEYS", "k2:0123456789abcdef0123456789abcdef,k1:old"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "portal.example.com, *"),
        ("ALLOWED_HOSTS", ""),
    ],
)
def test_a_careless_setting_is_refused_by_its_name_without_its_value(name, value):
    answer = start(**{name: value})
    assert answer.returncode != 0
    assert name in answer.stderr.strip().splitlines()[-1]
    assert "guessable" not in answer.stderr
