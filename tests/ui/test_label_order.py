from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runform.store.labels import RaterLabel, RunLabel
from runform.store.runs import RunSummary
from runform.ui.label_order import (
    choose_scope,
    find_disagreements,
    find_next,
    group_labels,
    order_runs,
    toggle_reason,
)

NOW = datetime(2026, 5, 4, tzinfo=UTC)
RUN = RunSummary("a", "1", "Ann", NOW, "a.mp4", "0" * 64, "right", "optimal", None, 170.0, False, "m", Path(), "demo")
RUNS = tuple(replace(RUN, id=letter) for letter in "abcdefgh")


def say(rater: str, run_id: str, label: RaterLabel) -> RunLabel:
    return RunLabel(run_id, rater, label, "", NOW)


def test_the_order_is_the_raters_own_and_knows_no_label_verdict_or_date() -> None:
    order = [run.id for run in order_runs(RUNS, "Ana")]
    changed = [replace(run, verdict="overstride", label="overstride", created_at=NOW) for run in reversed(RUNS)]

    assert [run.id for run in order_runs(changed, " ANA ")] == order
    assert sorted(order) == [run.id for run in RUNS]
    assert [run.id for run in order_runs(RUNS, "Ben")] != order


def test_scopes() -> None:
    said = group_labels([say("Ana", "a", "optimal"), say("Ben", "a", "unsure"), say("Ben", "b", "optimal")])

    assert [run.id for run in choose_scope(RUNS[:3], said, "ANA", "unlabelled")] == ["b", "c"]
    assert [run.id for run in choose_scope(RUNS[:3], said, "Ana", "disagreements")] == ["a"]
    assert len(choose_scope(RUNS, said, "Ana", "all")) == 8
    assert find_disagreements(said, "Cem") == frozenset()


def test_the_next_run_comes_after_this_one_and_then_from_the_start() -> None:
    assert find_next("abcd", "b", {"a", "b", "d"}) == "d"
    assert find_next("abcd", "d", {"a", "b", "d"}) == "a"
    assert find_next("abcd", "b", {"b"}) is None
    assert find_next("abcd", "gone", {"c"}) == "c"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "straight knee"),
        ("leans a lot", "leans a lot; straight knee"),
        ("Straight knee; leans a lot", "leans a lot"),
        ("straight knee", ""),
    ],
)
def test_a_phrase_goes_in_and_out_and_other_words_stay(before: str, after: str) -> None:
    assert toggle_reason(before, "straight knee") == after
