"""Periodic work of exceptions: call one service, nothing else."""

from __future__ import annotations

import time
from dataclasses import asdict

from celery import shared_task

from apps.core.jobs import current_slot, run_job
from apps.exceptions import services
from apps.exceptions.services.looking import BATCH

LOOK_SECONDS = 5.0
DAY_SECONDS = 86_400


@shared_task(name="exceptions.look_at_tracks")
def look_at_tracks(limit: int = BATCH) -> int:
    """Look at all wanted tracks, for at most five real seconds; the tick takes the rest."""
    until, tracks = time.monotonic() + LOOK_SECONDS, 0
    while True:
        looked = services.look_at_wanted(limit=limit)
        tracks += looked.tracks
        if looked.tracks < limit or time.monotonic() > until:
            return tracks


@shared_task(name="exceptions.follow_scans")
def follow_scans(limit: int = 500) -> int:
    """Look at the scans of shipments that changed."""
    return services.follow_scans(limit=limit)


@shared_task(name="exceptions.follow_changes")
def follow_changes(limit: int = 500) -> int:
    """Judge the shipments that changed by the rules."""
    return services.follow_changes(limit=limit)


@shared_task(name="exceptions.follow_desk")
def follow_desk() -> dict[str, int]:
    """Judge shipments whose booking or flag says something new."""
    return asdict(services.follow_desk())


@shared_task(name="exceptions.look_at_due")
def look_at_due() -> dict[str, int]:
    """Judge the shipments of which time alone may say something new."""
    return asdict(services.look_at_due())


@shared_task(name="exceptions.sweep_rules")
def sweep_rules() -> int:
    """Go on judging everything underway where the rules have changed."""
    return services.sweep_rules()


@shared_task(name="exceptions.look_for_incidents")
def look_for_incidents() -> dict[str, int]:
    """See whether more cases open than usual, and why."""
    return asdict(services.look_for_incidents())


@shared_task(name="exceptions.fold_tallies")
def fold_tallies() -> str:
    """Once a day: make the tallies of cases short again."""
    slot = current_slot(DAY_SECONDS)
    work = services.fold_tallies
    return run_job(job="exceptions.fold_tallies", slot=slot, work=lambda: {"rows": work()}).value


@shared_task(name="exceptions.reckon_lane_paces")
def reckon_lane_paces() -> str:
    """Once a day: in how many hours each lane gets through customs."""
    slot = current_slot(DAY_SECONDS)
    work = services.reckon_lane_paces
    job = "exceptions.reckon_lane_paces"
    return run_job(job=job, slot=slot, work=lambda: {"lanes": work()}).value


@shared_task(name="exceptions.move_cases")
def move_cases() -> dict[str, int]:
    """Escalate what nobody acknowledged, tell red ones again, wake and drop what is over."""
    return {
        "escalated": services.escalate_cases(),
        **services.remind_cases(),
        "woken": services.wake_cases(),
        "dropped": services.drop_expired_claims(),
        "intercepted": services.follow_interceptions(),
    }


@shared_task(name="exceptions.ask_about_steps")
def ask_about_steps() -> int:
    """Ask the platform about a few work orders whose answer is overdue."""
    return services.ask_about_steps()


@shared_task(name="exceptions.work_on_bulk")
def work_on_bulk() -> int:
    """Work on moves for many cases for some seconds; the tick takes the rest."""
    return services.work_on_bulk()


@shared_task(name="exceptions.close_flags")
def close_flags() -> dict[str, int]:
    """Decide what decides itself and let go what nobody decided in time."""
    return {**services.decide_by_rule(), "expired": services.expire_flags()}


@shared_task(name="exceptions.run_back_tests")
def run_back_tests() -> int:
    """Work on back-tests of thresholds for some seconds; the tick takes the rest."""
    return services.run_back_tests()


@shared_task(name="exceptions.run_rule_trials")
def run_rule_trials() -> int:
    """Work on trials of rules for some seconds; the tick takes the rest."""
    return services.run_rule_trials()


@shared_task(name="exceptions.sweep")
def sweep() -> str:
    """Once a day: look at whole tracks."""
    slot = current_slot(DAY_SECONDS)
    return run_job(job="exceptions.sweep", slot=slot, work=services.sweep_tracks).value
