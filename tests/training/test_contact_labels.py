"""Reading labelled contacts and refusing what cannot be one."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.contact_clip_evaluation import CONTACT_LABELS_DIR
from runform.training.contact_labels import CONTACT_COLUMNS, read_contact_labels

ROWS = (
    "run.mp4,left,,2.5,,0.5",
    "run.mp4,right,5.5,13.2,1,0.5",
    "run.mp4,left,16,,0.5,",
    "run.mp4,left,40.5,48.5,0.5,1",
    "run.mp4,right,51,,0.5,",
)


def write(path: Path, rows: tuple[str, ...] = ROWS) -> Path:
    path.write_text("\n".join(["# two stretches", ",".join(CONTACT_COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path


def test_labels_are_read_in_order_with_nan_where_empty(tmp_path: Path) -> None:
    labels = read_contact_labels(write(tmp_path / "a.csv"))

    assert (labels.clip, labels.source) == ("run.mp4", "a.csv")
    assert [contact.side for contact in labels.contacts] == ["left", "right", "left", "left", "right"]
    assert [contact.line for contact in labels.contacts] == [3, 4, 5, 6, 7]
    assert math.isnan(labels.contacts[0].initial_contact_frame)
    assert math.isnan(labels.contacts[2].toe_off_frame)
    second = labels.contacts[1]
    assert (second.initial_contact_frame, second.toe_off_frame) == (5.5, 13.2)
    assert (second.initial_contact_doubt, second.toe_off_doubt) == (1.0, 0.5)


def test_frames_become_seconds_of_uneven_frames(tmp_path: Path) -> None:
    time_s = np.concatenate([np.arange(14) / 10, 1.5 + np.arange(40) / 10])  # 0.2 s from frame 13 to 14

    contacts = read_contact_labels(write(tmp_path / "a.csv")).to_contacts(time_s)

    assert [contact.side for contact in contacts] == ["right", "left", "left", "right"]
    assert contacts[0].initial_contact_s == pytest.approx(0.55)
    assert contacts[0].toe_off_s == pytest.approx(1.34)
    assert (contacts[0].plus_minus_s, contacts[0].toe_off_plus_minus_s) == pytest.approx((0.1, 0.05))
    assert contacts[1].initial_contact_s == pytest.approx(1.7)
    assert math.isnan(contacts[1].toe_off_s)


def test_a_frame_that_the_clip_does_not_have_is_named(tmp_path: Path) -> None:
    labels = read_contact_labels(write(tmp_path / "a.csv"))

    with pytest.raises(InputError, match=r"a\.csv, line 7: frame 51 is not in run\.mp4\. Give frames from 0 to 49"):
        labels.to_contacts(np.arange(50) / 30)


def test_a_file_without_contacts_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv holds no contacts"):
        read_contact_labels(write(tmp_path / "a.csv", rows=()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("run.mp4,right,5.5", "run.mp4,near,5.5", "line 4: the side is 'near'. Write left or right"),
        ("right,5.5", "right,soon", "line 4: initial_contact_frame is 'soon'"),
        ("right,5.5,13.2,1,0.5", "right,5.5,13.2,1,", "line 4: toe_off_frame is '13.2' and its doubt ''"),
        ("right,5.5,13.2,1,", "right,5.5,13.2,0,", "line 4: initial_contact at 5.5, doubt 0"),
        ("right,5.5,13.2", "right,nan,13.2", "line 4: initial_contact at nan"),
        ("13.2", "5.4", "line 4: toe-off at 5.4 does not follow 5.5"),
        ("13.2,1,0.5", "13.2,1", "line 4 has 5 values"),
        ("right,51,,0.5,", "right,,,,", "line 7 has no event"),
        ("right,5.5", "left,5.5", "line 4: left again, as in line 3. Label the other foot"),
        ("left,16,,0.5,", "left,4,,0.5,", "line 5: its frames do not follow those of line 4"),
        ("left,16,,0.5,", "left,16,20,0.5,0.5", "line 6: left again, as in line 5"),
        ("right,51,,0.5,", "right,,51,,0.5", "line 7 has no initial contact"),
        ("run.mp4,right,51", "walk.mp4,right,51", "line 7 labels another clip. Write only contacts of run.mp4"),
        ("toe_off_doubt", "doubt", "has other columns"),
    ],
)
def test_a_row_that_is_no_contact_is_named_with_a_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write(tmp_path / "a.csv")
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))

    with pytest.raises(InputError) as raised:
        read_contact_labels(path)

    assert said in str(raised.value)
    assert raised.value.remedy


def test_the_projects_own_labels_are_a_runners() -> None:
    labels = read_contact_labels(CONTACT_LABELS_DIR / "treadmill_contacts.csv")
    again = read_contact_labels(CONTACT_LABELS_DIR / "treadmill_contacts_second_opinion.csv")
    contacts = labels.to_contacts(np.arange(360) / 30)
    whole = [contact for contact in contacts if np.isfinite(contact.toe_off_s)]

    assert labels.clip == again.clip == "treadmill_side_portrait.mp4"
    assert len(whole) == 33
    assert all(0.2 < contact.toe_off_s - contact.initial_contact_s < 0.35 for contact in whole)
    for one, following in itertools.pairwise(contacts):
        assert one.side != following.side
        assert 0.02 < following.initial_contact_s - one.toe_off_s < 0.15  # flight
    assert sum(math.isfinite(c.toe_off_frame) for c in again.contacts) >= 15
