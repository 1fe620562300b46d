"""Which state of a declaration may follow which, by whom; and what tracking says. Pure.

Before it is handed in a declaration moves between draft and complete by what the rules find.
People hand it in, answer, and put right what they misread. Tracking may bring any news of
customs: a parcel may be held that nobody declared here. What is released may come back into
customs' hands or be sent back; what is sent back, or not needed, ends there, except that a person
may take it up again.
"""

from __future__ import annotations

from apps.customs.choices import ENDED_DECLARATIONS, DeclarationState, StepSource

S = DeclarationState
AT_CUSTOMS = frozenset({S.PROCESSING, S.INFORMATION_REQUIRED, S.HELD})
STOPPED = frozenset({S.INFORMATION_REQUIRED, S.HELD})
UNSENT = frozenset({S.DRAFT, S.COMPLETE})
_OUTCOMES = frozenset({S.RELEASED, S.REFUSED, S.RETURNED})

_NEWS: dict[DeclarationState, frozenset[DeclarationState]] = {
    S.DRAFT: AT_CUSTOMS | _OUTCOMES | {S.SUBMITTED},
    S.COMPLETE: AT_CUSTOMS | _OUTCOMES | {S.SUBMITTED},
    S.SUBMITTED: AT_CUSTOMS | _OUTCOMES,
    S.PROCESSING: STOPPED | _OUTCOMES,
    S.INFORMATION_REQUIRED: frozenset({S.PROCESSING, S.HELD}) | _OUTCOMES,
    S.HELD: frozenset({S.PROCESSING, S.INFORMATION_REQUIRED}) | _OUTCOMES,
    S.RELEASED: AT_CUSTOMS | {S.RETURNED, S.REFUSED},
    S.REFUSED: frozenset({S.RETURNED, S.PROCESSING, S.RELEASED}),
    S.RETURNED: frozenset(),
    S.CANCELLED: frozenset(),
}
_RULES: dict[DeclarationState, frozenset[DeclarationState]] = {
    S.DRAFT: frozenset({S.COMPLETE, S.CANCELLED}),
    S.COMPLETE: frozenset({S.DRAFT, S.CANCELLED}),
    S.SUBMITTED: frozenset({S.CANCELLED}),
    S.CANCELLED: UNSENT,
}
_PEOPLE: dict[DeclarationState, frozenset[DeclarationState]] = {
    **_NEWS,
    S.RETURNED: frozenset({S.PROCESSING, S.RELEASED}),
    S.SUBMITTED: _NEWS[S.SUBMITTED] | UNSENT,
    S.PROCESSING: _NEWS[S.PROCESSING] | {S.SUBMITTED},
}


def may_move(before: str, after: str, source: StepSource) -> bool:
    """Whether a declaration in one state may come to another by somebody's word."""
    first, then = S.parse(before), S.parse(after)
    if first is None or then is None or first is then:
        return False
    if source is StepSource.PERSON:
        return then in _PEOPLE.get(first, frozenset())
    if source is StepSource.TRACKING:
        return then in _NEWS[first]
    return then in _RULES.get(first, frozenset())


def moves_of(before: str) -> tuple[DeclarationState, ...]:
    """Return where a person may move a declaration to, in the order of the states."""
    return tuple(state for state in S if may_move(before, state, StepSource.PERSON))


def is_ended(state: str) -> bool:
    """Whether nothing more is expected of it."""
    return state in ENDED_DECLARATIONS


def is_first_try(seen: frozenset[str], outcome: str) -> bool:
    """Whether it was released without being asked, held or refused; ``seen`` are its states."""
    return outcome == S.RELEASED and not seen & (STOPPED | {S.REFUSED})
