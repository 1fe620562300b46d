"""Two test merchants, one person a role, one sandbox key a merchant, the sandbox's robot."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from apps.accounts.choices import KeyMode, Role, Scope
from apps.accounts.models import Merchant, User
from apps.accounts.services import issue_api_key
from apps.core.actions import Actor
from apps.notifications.choices import ChannelMode
from apps.notifications.services import add_robot
from apps.webhooks.choices import EndpointMode
from apps.webhooks.services import add_endpoint
from config.demo import Demo

MERCHANTS = (
    {
        "slug": "yunshang",
        "name": "云裳服饰",
        "sender_name": "云裳仓库",
        "sender_phone": "13800571001",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_district": "余杭区",
        "sender_street": "文一西路969号2号仓",
        "default_carrier": "yuantong",
    },
    {
        "slug": "jike",
        "name": "极客装备",
        "sender_name": "极客装备发货部",
        "sender_phone": "13800755002",
        "sender_province": "广东省",
        "sender_city": "深圳市",
        "sender_district": "南山区",
        "sender_street": "科技南十二路18号",
        "default_carrier": "zhongtong",
    },
)
STAFF = {
    "operator": Role.OPERATOR,
    "service": Role.CUSTOMER_SERVICE,
    "manager": Role.MANAGER,
    "auditor": Role.AUDITOR,
}


@transaction.atomic
def seed_accounts() -> Demo:
    """Make merchants, people, keys, a robot; return the log-ins, random and shown once."""
    password = secrets.token_urlsafe(9)
    User.objects.create_superuser("admin", password=password)
    for name, role in STAFF.items():
        _person(name, password, role)
    keys = [_merchant(values, password) for values in MERCHANTS]
    add_robot(
        name="演练群",
        key=str(uuid.uuid4()),
        mode=ChannelMode.SANDBOX,
        actor=Actor.system("seed"),
    )
    users = ["admin", *STAFF, *(values["slug"] for values in MERCHANTS)]
    return Demo(password=password, users=users, merchants=keys)


def _merchant(values: dict[str, str], password: str) -> dict[str, str]:
    merchant = Merchant.objects.create(is_test=True, **values)
    _person(merchant.slug, password, Role.MERCHANT, merchant)
    _, plain = issue_api_key(
        merchant=merchant,
        name="demo",
        scopes=list(Scope),
        mode=KeyMode.SANDBOX,
        actor=Actor.system("seed"),
    )
    add_endpoint(
        merchant=merchant,
        mode=EndpointMode.SANDBOX,
        url=f"{settings.BAIDIYUN['sandbox']['base_url'].rstrip('/')}/hooks/{merchant.slug}",
        actor=Actor.system("seed"),
    )
    return {"slug": merchant.slug, "api_key": plain}


def _person(name: str, password: str, role: Role, merchant: Merchant | None = None) -> None:
    person = User.objects.create_user(name, password=password, is_staff=True, merchant=merchant)
    person.groups.add(Group.objects.get(name=role.value))
