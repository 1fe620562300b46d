"""What beat does, as a table. Rows are made once; afterwards the admin's edits hold.

Ticks are frequent and cheap: what is due is decided from the database, in business time. A tick
that no worker takes up within ``expires`` seconds is dropped, so that none pile up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """One periodic task: its name, every how many real seconds, and its life in the queue."""

    task: str
    every: int
    expires: int


TICKS = (
    Tick("orders.book_ready", every=2, expires=20),
    Tick("orders.ask_platform", every=10, expires=30),
    Tick("orders.ask_riders", every=2, expires=10),
    Tick("orders.follow_changes", every=2, expires=20),
    Tick("orders.follow_customs", every=2, expires=20),
    Tick("orders.shadow", every=30, expires=60),
    Tick("baidiyun.send_subscriptions", every=2, expires=20),
    Tick("baidiyun.poll_wanted", every=10, expires=30),
    Tick("baidiyun.move_ladder", every=10, expires=10),
    Tick("shipments.poll_silent", every=10, expires=30),
    Tick("shipments.ask_estimates", every=5, expires=20),
    Tick("shipments.reconcile", every=30, expires=60),
    Tick("shipments.roll_up", every=30, expires=60),
    Tick("exceptions.look_at_tracks", every=2, expires=6),
    Tick("exceptions.follow_scans", every=5, expires=20),
    Tick("exceptions.follow_changes", every=2, expires=20),
    Tick("exceptions.follow_desk", every=10, expires=20),
    Tick("exceptions.look_at_due", every=5, expires=10),
    Tick("exceptions.look_for_incidents", every=20, expires=20),
    Tick("exceptions.sweep_rules", every=5, expires=10),
    Tick("exceptions.fold_tallies", every=300, expires=600),
    Tick("exceptions.reckon_lane_paces", every=300, expires=600),
    Tick("exceptions.move_cases", every=10, expires=20),
    Tick("exceptions.ask_about_steps", every=60, expires=60),
    Tick("exceptions.work_on_bulk", every=2, expires=10),
    Tick("exceptions.close_flags", every=10, expires=30),
    Tick("exceptions.run_back_tests", every=5, expires=10),
    Tick("exceptions.run_rule_trials", every=5, expires=10),
    Tick("exceptions.sweep", every=300, expires=600),
    Tick("customs.follow_shipments", every=2, expires=20),
    Tick("customs.reassess_changed", every=2, expires=10),
    Tick("customs.recheck_waiting", every=3600, expires=1800),
    Tick("customs.recheck_due", every=2, expires=10),
    Tick("customs.run_impacts", every=5, expires=10),
    Tick("customs.work_on_imports", every=2, expires=10),
    Tick("customs.clean_up_imports", every=3600, expires=1800),
    Tick("webhooks.compare", every=60, expires=60),
    Tick("webhooks.clean_up", every=3600, expires=1800),
    Tick("notifications.clean_up", every=3600, expires=1800),
    Tick("shipments.watch_legs", every=30, expires=60),
    Tick("shipments.run_replays", every=2, expires=10),
    Tick("shipments.count_heard", every=20, expires=20),
    Tick("shipments.clean_up", every=300, expires=600),
    Tick("monitoring.watch", every=10, expires=10),
    Tick("monitoring.roll_up", every=300, expires=300),
    Tick("monitoring.clean_up", every=300, expires=600),
)
