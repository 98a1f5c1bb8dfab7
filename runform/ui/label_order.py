"""Which run a rater sees next, and what a reason reads after a quick pick. No streamlit in here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from runform.store.labels import RunLabel
from runform.store.names import name_key
from runform.store.runs import RunSummary

Show = Literal["unlabelled", "all", "disagreements"]
Said = Mapping[str, Mapping[str, RunLabel]]
"""Rater's key -> run's id -> what that rater says."""

_BETWEEN_REASONS = "; "


def group_labels(labels: Sequence[RunLabel]) -> dict[str, dict[str, RunLabel]]:
    """Labels by rater and run."""
    said: dict[str, dict[str, RunLabel]] = {}
    for label in labels:
        said.setdefault(name_key(label.rater), {})[label.run_id] = label
    return said


def order_runs(runs: Sequence[RunSummary], rater: str) -> tuple[RunSummary, ...]:
    """Runs in this rater's own order: by a hash of name and run, so that neither date, label nor verdict plays a part.

    Every rater goes another way through the runs, so that getting tired or strict on the way is not shared.
    """
    key = name_key(rater)
    return tuple(sorted(runs, key=lambda run: hashlib.sha256(f"{key} {run.id}".encode()).digest()))


def find_disagreements(said: Said, rater: str) -> frozenset[str]:
    """Runs this rater has labelled and somebody else calls something else."""
    key = name_key(rater)
    return frozenset(
        run_id
        for run_id, own in said.get(key, {}).items()
        if any(other != key and run_id in of and of[run_id].label != own.label for other, of in said.items())
    )


def choose_scope(order: Sequence[RunSummary], said: Said, rater: str, show: Show) -> tuple[RunSummary, ...]:
    """The runs of an order that a filter lets through."""
    if show == "unlabelled":
        return tuple(run for run in order if run.id not in said.get(name_key(rater), {}))
    if show == "disagreements":
        differing = find_disagreements(said, rater)
        return tuple(run for run in order if run.id in differing)
    return tuple(order)


def find_next(order: Sequence[str], current: str, wanted: Collection[str]) -> str | None:
    """The first wanted run after the current one, from the end on to the start; None where no other is wanted."""
    start = order.index(current) + 1 if current in order else 0
    return next((run for run in (*order[start:], *order[:start]) if run in wanted and run != current), None)


def toggle_reason(reason: str, phrase: str) -> str:
    """A reason with a phrase added at its end, or without it where it was in there; other words stay."""
    parts = [part for part in (part.strip() for part in reason.split(";")) if part]
    without = [part for part in parts if part.casefold() != phrase.casefold()]
    return _BETWEEN_REASONS.join(without if len(without) < len(parts) else [*parts, phrase])
