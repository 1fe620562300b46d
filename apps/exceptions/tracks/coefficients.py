"""The fitted step model; docs/trajectories.md says on what and how it carries to other people."""

from __future__ import annotations

from apps.exceptions.tracks.model import StepModel

STEP_MODEL = StepModel(
    along=(
        -1.1425,
        1.1147,
        1.0496,
        0.0801,
        -2.1795,
        -0.0747,
        0.3865,
        -0.3911,
        0.7237,
        0.0789,
        1.0185,
    ),
    across=(
        -1.7036,
        1.0510,
        1.1747,
        -0.1965,
        -2.9350,
        -0.4438,
        0.4660,
        0.0186,
        0.4669,
        -0.5189,
        1.0640,
    ),
    freedom=(0.7419, 0.3000),
)
