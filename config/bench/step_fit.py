"""Fit the step model of the detector to tracks; used by hand, see docs/trajectories.md.

Fisher scoring of a two-dimensional Student-t whose log widths are linear in the features.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from apps.exceptions.tracks.model import (
    Setting,
    Spread,
    StepModel,
    features,
    freedom_of,
    local,
    log_t,
)
from apps.exceptions.tracks.steps import Floats, Walk, ahead

FREEDOMS = tuple(
    (float(np.log(still)), slope)
    for still in (1.8, 2.1, 2.5, 3.0)
    for slope in (0.0, 0.15, 0.3, 0.45)
)


@dataclass(slots=True)
class Sample:
    """Steps to learn from: features, what was left over along and across, weight."""

    matrix: Floats
    along: Floats
    across: Floats
    weight: Floats

    @classmethod
    def joined(cls, parts: Iterable[Sample]) -> Sample:
        """Return all parts as one sample."""
        every = list(parts)
        return cls(
            *(
                np.concatenate([getattr(part, name) for part in every])
                for name in ("matrix", "along", "across", "weight")
            )
        )


def sample_of(walk: Walk, usual: Floats, weight: float, one_sided: float = 0.05) -> Sample:
    """Return every step of the walk as something to learn from.

    A small share of the steps is repeated as if the track began there, for the first and last
    steps of tracks in service.
    """
    vx, vy = walk.dx / walk.dt, walk.dy / walk.dt
    setting = Setting(*local(walk), usual)
    before, after = (ahead(vx, -1), ahead(vy, -1)), (ahead(vx, 1), ahead(vy, 1))
    nothing = np.full(len(walk), np.nan)
    parts = [
        _sample(walk, before, after, setting, weight),
        _sample(walk, before, (nothing, nothing), setting, weight * one_sided),
        _sample(walk, (nothing, nothing), after, setting, weight * one_sided),
    ]
    return Sample.joined(parts)


def _sample(
    walk: Walk,
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    setting: Setting,
    weight: float,
) -> Sample:
    matrix, ux, uy = features(walk.dt, before, after, setting)
    ex, ey = walk.dx - ux * walk.dt, walk.dy - uy * walk.dt
    speed = np.hypot(ux, uy)
    safe = np.where(speed < 1e-9, 1.0, speed)
    cx, cy = np.where(speed < 1e-9, 1.0, ux / safe), np.where(speed < 1e-9, 0.0, uy / safe)
    good = ~np.isnan(matrix).any(axis=1) & ~np.isnan(ex)
    return Sample(
        matrix[good],
        (ex * cx + ey * cy)[good],
        (ey * cx - ex * cy)[good],
        np.full(int(good.sum()), weight),
    )


def fit(sample: Sample) -> tuple[StepModel, float]:
    """Return the likeliest model and its mean log density per step (nats)."""
    found: list[tuple[float, StepModel]] = []
    start = None
    for freedom in FREEDOMS:
        model = _fit(sample, freedom, start)
        start = model
        found.append((mean_log_density(model, sample), model))
    value, model = max(found, key=lambda one: one[0])
    return model, value


def _fit(
    sample: Sample, freedom: tuple[float, float], start: StepModel | None, rounds: int = 40
) -> StepModel:
    width = sample.matrix.shape[1]
    first = np.zeros(width)
    first[0] = np.log(np.average(np.abs(sample.along), weights=sample.weight) + 0.1)
    along = first if start is None else np.array(start.along)
    across = first if start is None else np.array(start.across)
    free = freedom_of(StepModel((), (), freedom), sample.matrix)
    weighted = sample.matrix * sample.weight[:, None]
    information = sample.matrix.T @ (weighted * (1.6 * (free + 1) / (free + 4))[:, None])
    information += np.eye(width) * 1e-4 * sample.weight.sum()
    for _ in range(rounds):
        qa = (sample.along / np.exp(sample.matrix @ along)) ** 2
        qc = (sample.across / np.exp(sample.matrix @ across)) ** 2
        pull = (free + 2) / (free + qa + qc)
        step_a = np.linalg.solve(information, weighted.T @ (pull * qa - 1))
        step_c = np.linalg.solve(information, weighted.T @ (pull * qc - 1))
        along, across = along + step_a, across + step_c
        if max(np.abs(step_a).max(), np.abs(step_c).max()) < 1e-3:
            break
    return StepModel(tuple(along), tuple(across), freedom)


def mean_log_density(model: StepModel, sample: Sample) -> float:
    """Return the weighted mean log density per step (nats) of the sample under the model."""
    sa = np.exp(sample.matrix @ np.array(model.along))
    sc = np.exp(sample.matrix @ np.array(model.across))
    free = freedom_of(model, sample.matrix)
    value = log_t(sample.along, sample.across, Spread(sa**2, np.zeros_like(sa), sc**2), free)
    return float(np.average(value, weights=sample.weight))
