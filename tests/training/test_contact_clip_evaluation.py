"""`evaluate contacts --clips`: its tables on contacts with known errors, and the real treadmill clip."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.sequences import SIDES, Contact, FloatArray
from runform.settings import Settings
from runform.training.contact_clip_evaluation import (
    BOTH,
    CONTACT_LABELS_DIR,
    Row,
    describe,
    evaluate_contact_labels,
    score_clip,
)
from runform.training.contact_labels import ContactLabels, LabelledContact

FRAMES = 60
NAN = float("nan")


@pytest.fixture
def time_s() -> FloatArray:
    """Two seconds at 30 frames/s."""
    return np.asarray(np.arange(FRAMES) / 30)


@pytest.fixture
def labels() -> ContactLabels:
    """A contact every 10 frames, 8 long; the first began before the clip and the last ends after it."""
    contacts = [LabelledContact(2, "left", NAN, 2.0, NAN, 0.5)]
    contacts += [LabelledContact(3 + n, SIDES[1 - n % 2], 4.0 + 10 * n, 12.0 + 10 * n, 0.5, 1.0) for n in range(5)]
    contacts.append(LabelledContact(8, "left", 54.0, NAN, 0.5, NAN))
    return ContactLabels("made_up.mp4", "a.csv", tuple(contacts))


def find(labels: ContactLabels, time_s: FloatArray, late: dict[str, tuple[float, float]]) -> list[Contact]:
    """The labelled contacts, each side's events later by so many frames."""
    return [
        Contact(c.side, c.initial_contact_s + late[c.side][0] / 30, c.toe_off_s + late[c.side][1] / 30, 0.01)
        for c in labels.to_contacts(time_s)
    ]


def by_side(rows: list[Row]) -> dict[str, Row]:
    return {row["side"]: row for row in rows}


def test_each_sides_errors_are_told_in_milliseconds_and_frames(labels: ContactLabels, time_s: FloatArray) -> None:
    found = find(labels, time_s, {"left": (0.0, 0.5), "right": (0.3, -0.6)})

    rows = by_side(describe([score_clip(tuple(found), labels, time_s)])["rows"])

    assert [rows[side]["contacts"] for side in ("left", "right", BOTH)] == [2, 3, 5]
    assert rows[BOTH]["missed"] == rows[BOTH]["false"] == 0
    assert rows["left"]["initial_contact_bias_ms"] == pytest.approx(0.0, abs=1e-9)
    assert rows["left"]["toe_off_bias_frames"] == pytest.approx(0.5)
    assert rows["right"]["initial_contact_bias_ms"] == pytest.approx(10.0)
    assert rows["right"]["initial_contact_p95_frames"] == pytest.approx(0.3)
    assert rows["right"]["contact_time_bias_ms"] == pytest.approx(-30.0)
    assert rows[BOTH]["toe_off_median_frames"] == pytest.approx(0.6)


def test_only_contacts_that_lie_wholly_in_the_clip_count(labels: ContactLabels, time_s: FloatArray) -> None:
    """The first one's initial contact and the last one's toe-off are beyond the clip; both neighbours count."""
    found = find(labels, time_s, {"left": (0.0, 0.0), "right": (0.0, 0.0)})

    with_last = by_side(describe([score_clip(tuple(found), labels, time_s)])["rows"])[BOTH]
    without = by_side(describe([score_clip(tuple(found[:-1]), labels, time_s)])["rows"])[BOTH]

    assert (with_last["contacts"], with_last["false"]) == (5, 0)
    assert (without["contacts"], without["missed"]) == (5, 0)


def test_missed_and_false_contacts_spoil_their_goals(labels: ContactLabels, time_s: FloatArray) -> None:
    found = find(labels, time_s, {"left": (0.0, 0.0), "right": (0.0, 0.0)})
    found[1] = Contact("left", 20.5 / 30, 22.5 / 30, 0.01)  # more than half a step from the label at frame 14

    result = describe([score_clip(tuple(found), labels, time_s)])

    rows = by_side(result["rows"])
    assert (rows["left"]["missed"], rows["left"]["false"]) == (1, 1)
    assert (rows["right"]["missed"], rows["right"]["false"]) == (0, 0)
    assert [goal["met"] for goal in result["goals"]] == [False, False, True, True]


@pytest.mark.parametrize(("late", "met"), [(0.9, True), (1.1, False)])
def test_the_goal_is_one_frame(labels: ContactLabels, time_s: FloatArray, late: float, met: bool) -> None:
    found = find(labels, time_s, {"left": (-late, late), "right": (late, -late)})

    goals = describe([score_clip(tuple(found), labels, time_s)])["goals"]

    assert [goal["met"] for goal in goals] == [True, True, met, met]
    assert [goal["unit"] for goal in goals] == ["contacts", "contacts", "ms", "ms"]
    assert goals[2]["value"] == pytest.approx(late * 1000 / 30)
    assert goals[2]["goal"] == pytest.approx(1000 / 30)


def test_nothing_found_meets_no_goal_of_time(labels: ContactLabels, time_s: FloatArray) -> None:
    result = describe([score_clip((), labels, time_s)])

    assert by_side(result["rows"])[BOTH]["missed"] == 5
    assert [goal["met"] for goal in result["goals"]] == [False, True, False, False]


def test_a_second_labeller_of_a_part_is_set_beside_the_first(labels: ContactLabels, time_s: FloatArray) -> None:
    part = (LabelledContact(2, "left", 14.5, 22.5, 1.0, 1.0), LabelledContact(3, "right", 24.5, NAN, 1.0, NAN))
    again = ContactLabels(labels.clip, "a_second_opinion.csv", part)

    rows = by_side(describe([score_clip((), labels, time_s, again)])["labellers"])

    assert [rows[side]["contacts"] for side in ("left", "right", BOTH)] == [1, 1, 2]
    assert rows[BOTH]["initial_contact_bias_frames"] == pytest.approx(0.5)
    assert rows["left"]["contact_time_bias_ms"] == pytest.approx(0.0, abs=1e-9)
    assert "missed" not in rows[BOTH]


def test_a_labelled_clip_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"treadmill_side_portrait\.mp4"):
        evaluate_contact_labels(tmp_path, CONTACT_LABELS_DIR, Settings(_env_file=None, backend="blazepose"))


def test_a_folder_without_labels_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labels"):
        evaluate_contact_labels(tmp_path, tmp_path, Settings(_env_file=None, backend="blazepose"))


@pytest.mark.slow
def test_every_contact_of_the_treadmill_clip_is_found(clips_dir: Path) -> None:
    settings = Settings(_env_file=None, backend="blazepose")

    result = evaluate_contact_labels(clips_dir, CONTACT_LABELS_DIR, settings)

    both = by_side(result["rows"])[BOTH]
    assert (both["contacts"], both["missed"], both["false"]) == (33, 0, 0)
    assert both["initial_contact_median_frames"] < 1
    assert both["toe_off_median_frames"] < 1
    assert by_side(result["labellers"])[BOTH]["contacts"] == 19
    json.dumps(result, allow_nan=False)
