"""Who works on cases in a measurement, made in a process of its own on the bench's database.

``python -m config.bench.case_actors workers`` prints one JSON value on the last line.
"""

from __future__ import annotations

import json
import sys

import django

WORKERS = 5


def workers() -> list[str]:
    """Return the cookies of operators who are logged in."""
    from django.contrib.auth.models import Group

    from apps.accounts.choices import Role
    from apps.accounts.models import User
    from config.bench.flag_actors import cookie_of

    people = User.objects.order_by("id")[:WORKERS]
    for user in people:
        user.groups.set(Group.objects.filter(name=Role.OPERATOR.value))
    return [cookie_of(user) for user in people]


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"workers": workers}[sys.argv[1]]()) + "\n")
