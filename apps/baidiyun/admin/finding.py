"""Searching inbox and subscriptions by tracking number, token, a row's own id or its request's."""

from __future__ import annotations

import re

from django.db.models import Q

from apps.baidiyun.choices import Topic
from apps.baidiyun.models import Subscription
from apps.core.context import ID_BYTES

FOUND_MAX = 50
REQUEST_ID = re.compile(rf"[0-9a-f]{{{2 * ID_BYTES}}}")


def subscription_condition(term: str) -> Q:
    """Return the condition on subscriptions that a term names exactly; all of it is indexed."""
    word = "".join(term.split())
    condition = Q(number__in={word, word.upper()}) | Q(token=word)
    return condition | Q(pk=int(word)) if is_id(word) else condition


def inbox_condition(term: str) -> Q:
    """Return the condition on inbox rows that belong to a number or token, or have that id.

    A request id is the beginning of the hash a row is known by: the index that keeps rows unique
    finds it.
    The inbox has an index by subject, not by number: the subscription leads from the number
    to its subject. What was never bound to a subscription is found by its state.
    """
    word = "".join(term.split())
    condition = Q(pk=int(word)) if is_id(word) else Q(pk__in=[])
    if REQUEST_ID.fullmatch(word):
        start = bytes.fromhex(word)
        known = Q(body_hash__gte=start, body_hash__lte=start + b"\xff" * ID_BYTES)
        return Q(topic__in=Topic.values()) & known
    subjects = Subscription.objects.filter(subscription_condition(term))
    for topic, subject in subjects.values_list("topic", "subject").distinct()[:FOUND_MAX]:
        condition |= Q(topic=topic, subject=subject)
    return condition


def is_id(word: str) -> bool:
    """Tell whether a word can be the id of a row."""
    return word.isascii() and word.isdigit() and len(word) <= 18
