"""The fitted step model; docs/trajectories.md says on what and how it carries to other people."""

from __future__ import annotations

from apps.exceptions.tracks.model import StepModel

STEP_MODEL = StepModel(
    along=(
        -1.4157,
        1.2252,
        -0.1899,
        0.6600,
        0.4429,
        -0.3852,
        0.7493,
        0.1150,
        1.0482,
    ),
    across=(
        -1.9843,
        1.3650,
        -0.5186,
        0.3760,
        0.5127,
        0.0439,
        0.4417,
        -0.4884,
        1.0556,
    ),
    freedom=2.5,
)
