from __future__ import annotations

from runform.results import ContactRepair
from runform.ui import text
from runform.ui.result_contacts import describe_fault, make_foot_strike_table
from tests.fixtures.analyses import make_analysis
from tests.fixtures.measured import with_measurements


def test_landings_are_counted_by_foot_and_class() -> None:
    geometry = with_measurements(make_analysis(seconds=4.0)).gait.geometry

    table = make_foot_strike_table(geometry)

    assert table.columns.tolist() == [text.Strike.COLUMN_FOOT, *text.Strike.CLASSES.values()]
    assert table[text.Strike.COLUMN_FOOT].tolist() == ["Left", "Right"]
    unclear = sum(landing.foot_strike == "unclear" for landing in geometry)
    counts = table[list(text.Strike.CLASSES.values())].astype(int).sum()
    assert counts.tolist() == [len(geometry) - unclear, 0, unclear]


def test_without_foot_angles_there_is_no_table() -> None:
    assert make_foot_strike_table(make_analysis().gait.geometry).empty


def test_a_fault_says_what_became_of_it() -> None:
    repaired = ContactRepair("missed", "left", 1.5, True, "Left contact at 1.50 s: not seen.")
    reported = ContactRepair("long_contact", "right", 2.0, False, "Right contact at 2.00 s: 612 ms on the ground.")

    assert describe_fault(repaired).endswith(f":green-badge[{text.Result.FAULT_REPAIRED}]")
    assert describe_fault(reported).endswith(f":orange-badge[{text.Result.FAULT_REPORTED}]")
    assert "not seen" in describe_fault(repaired)
