from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from runform.form.map_trust import NeighbourTest
from runform.form.pair_likeness import PairLikeness
from runform.sequences import Contact
from runform.store.map_rows import MapRow
from runform.ui import text
from runform.ui.contact_pictures import choose_landings
from runform.ui.form_map_selection import describe_cosine, describe_likeness
from runform.ui.form_map_trust import describe_test
from runform.ui.form_map_view import (
    MOST_ATHLETES,
    describe_left_out,
    describe_points,
    group_athletes,
    label_rows,
    read_values,
)


def make_row(number: int, **fields: Any) -> MapRow:
    values: dict[str, Any] = {
        "id": f"run-{number}",
        "athlete_id": f"athlete-{number}",
        "athlete_name": f"Athlete {number}",
        "created_at": datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
        "clip_name": "clip.mp4",
        "label": None,
        "view": "left",
        "verdict": "optimal",
        "speed": math.nan,
    }
    return MapRow(**values | fields)


def make_test(p: float) -> NeighbourTest:
    return NeighbourTest(0.5, 0.3, 0.2, 0.4, p, 5, 40)


def test_the_most_frequent_athletes_are_named_and_the_others_counted() -> None:
    rows = [make_row(number) for number in range(13)] + [make_row(12), make_row(11)]
    groups, others = group_athletes(rows)
    named = {group for group in groups if group is not None}
    assert len(named) == MOST_ATHLETES
    assert {"Athlete 12", "Athlete 11"} <= named
    assert others == text.FormMap.OTHER_ATHLETES.format(n=3)
    assert group_athletes(rows[:3]) == (["Athlete 0", "Athlete 1", "Athlete 2"], "none")


def test_no_two_runs_have_the_same_label_in_the_list() -> None:
    rows = [make_row(number, athlete_name="Ada") for number in range(3)]
    labels = label_rows(rows)
    assert list(labels) == ["run-0", "run-1", "run-2"]
    assert len(set(labels.values())) == 3


def test_each_colouring_has_its_values() -> None:
    rows = [make_row(0, label="overstride", speed=3.25), make_row(1)]
    assert read_values(rows, "label") == ["overstride", None]
    assert read_values(rows, "athlete") == ["athlete-0", "athlete-1"]
    assert read_values(rows, "speed")[0] == 3.25
    assert read_values(rows, "view") == [text.Common.VIEWS["left"]] * 2
    assert describe_points(rows, "speed")[0].endswith("3.2 m/s")
    assert describe_points(rows, "speed")[1].endswith(text.FormMap.SPEED_UNKNOWN)


@pytest.mark.parametrize(
    ("p", "label", "speed"),
    [
        (0.002, "There is a pattern", "There is a pattern"),
        (0.03, "A hint at most", "A hint at most"),
        (0.4, "No pattern", "No pattern"),
    ],
)
def test_the_sentence_follows_the_p(p: float, label: str, speed: str) -> None:
    assert describe_test(make_test(p), "label").startswith(label)
    assert describe_test(make_test(p), "speed").startswith(speed)


def test_what_cannot_be_told_is_said() -> None:
    nothing = NeighbourTest(math.nan, math.nan, math.nan, math.nan, math.nan, 0, 1)
    assert describe_test(nothing, "athlete") == text.MapTrust.NONE_ATHLETE
    assert "camera side" in describe_test(nothing, "view")


def test_likeness_in_words() -> None:
    assert describe_likeness(PairLikeness(0.5, 87.4, 200)) == "more alike than 87 % of 200 pairs"
    assert describe_likeness(PairLikeness(0.5, math.nan, 3)) == text.MapSelection.LIKENESS_FEW
    assert describe_likeness(PairLikeness(math.nan, math.nan, 3)) == text.MapSelection.LIKENESS_NONE
    assert describe_cosine(PairLikeness(math.nan, math.nan, 3)) == text.Common.NOT_MEASURED
    assert describe_cosine(PairLikeness(-0.024, 3.0, 99)) == "-0.02"


def test_runs_left_out_are_named_up_to_three() -> None:
    assert "Ada: a\\_b.mp4" in describe_left_out([("Ada", "a_b.mp4")])
    many = describe_left_out([("Ada", f"{number}.mp4") for number in range(5)])
    assert many.startswith("5 runs")
    assert "2.mp4 and 2 more" in many


def test_the_first_landing_that_was_seen_is_shown() -> None:
    contacts = (
        Contact("left", 0.1, 0.3, 0.01, origin="inferred"),
        Contact("right", 0.5, 0.7, 0.01, origin="inferred"),
        Contact("left", 0.9, 1.1, 0.01),
        Contact("left", 1.7, 1.9, 0.01),
    )
    assert choose_landings(contacts) == {"left": 0.9, "right": 0.5}
    assert choose_landings(()) == {}
