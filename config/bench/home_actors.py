"""Who looks at the home page in a measurement, made in a process of its own.

``python -m config.bench.home_actors watcher`` prints one JSON value on the last line.
"""

from __future__ import annotations

import json
import sys

import django


def watcher() -> str:
    """Return the cookie of a manager who is logged in, on a portal whose jobs are scheduled and
    whose watch has just read the objectives."""
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from apps.accounts.choices import Role
    from apps.accounts.models import User
    from apps.monitoring.services import evaluate_rules
    from config.bench.flag_actors import cookie_of

    call_command("sync_schedule", verbosity=0)
    evaluate_rules()
    user, _ = User.objects.get_or_create(username="bench-watcher", defaults={"is_staff": True})
    user.groups.set(Group.objects.filter(name=Role.MANAGER.value))
    return cookie_of(user)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write("\n" + json.dumps({"watcher": watcher}[sys.argv[1]]()) + "\n")
