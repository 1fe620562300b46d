"""Searching the inbox and the subscriptions by a tracking number, a token or a row's own id."""

from __future__ import annotations

from django.db.models import Q

from apps.baidiyun.models import Subscription

FOUND_MAX = 50


def subscription_condition(term: str) -> Q:
    """Return the condition on subscriptions that a term names exactly; all of it is indexed."""
    word = "".join(term.split())
    condition = Q(number__in={word, word.upper()}) | Q(token=word)
    return condition | Q(pk=int(word)) if is_id(word) else condition


def inbox_condition(term: str) -> Q:
    """Return the condition on inbox rows that belong to a number or token, or have that id.

    The inbox has an index by subject, not by number: the subscription leads from the number
    to its subject. What was never bound to a subscription is found by its state.
    """
    word = "".join(term.split())
    condition = Q(pk=int(word)) if is_id(word) else Q(pk__in=[])
    subjects = Subscription.objects.filter(subscription_condition(term))
    for topic, subject in subjects.values_list("topic", "subject").distinct()[:FOUND_MAX]:
        condition |= Q(topic=topic, subject=subject)
    return condition


def is_id(word: str) -> bool:
    """Tell whether a word can be the id of a row."""
    return word.isascii() and word.isdigit() and len(word) <= 18
