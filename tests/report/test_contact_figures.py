from __future__ import annotations

import math

import pytest

from runform.form.overstride import judge_geometry
from runform.report.colours import SIDE_COLOURS
from runform.report.contact_figures import PANELS, contact_timeline, overstride_evidence
from runform.sequences import Contact, ContactGeometry

CONTACTS = (
    Contact("left", 0.1, 0.35, 0.012),
    Contact("right", 0.45, 0.7, 0.012, 0.016),
    Contact("left", 0.8, math.nan, 0.012),
)


def test_each_foot_has_a_row_and_each_contact_a_bar() -> None:
    figure = contact_timeline(CONTACTS, 1.0)
    bars = {bar.name: bar for bar in figure.data}
    assert set(bars) == {"left", "right"}
    assert figure.data[-1].name == "left"  # the last row is drawn on top
    assert list(bars["left"].base) == [0.1, 0.8]
    assert list(bars["left"].x) == pytest.approx([0.25, 0.2])
    assert list(bars["right"].x) == pytest.approx([0.25])
    assert bars["right"].marker.color == SIDE_COLOURS["right"]
    assert "250 ms on the ground, events ± 12 ms" in bars["left"].hovertext[0]
    assert "events ± 12 ms and ± 16 ms" in bars["right"].hovertext[0]
    assert "still on the ground" in bars["left"].hovertext[1]
    assert tuple(figure.layout.xaxis.range) == (0, 1.0)


def test_a_contact_whose_toe_off_was_not_seen_is_faint_and_as_long_as_usual() -> None:
    figure = contact_timeline([*CONTACTS, Contact("left", 1.4, 1.66, 0.012)], 2.0)

    left = next(bar for bar in figure.data if bar.name == "left")
    assert list(left.x) == pytest.approx([0.25, 0.255, 0.26])
    assert left.marker.opacity[1] < left.marker.opacity[0] == 1.0
    assert "toe-off not seen" in left.hovertext[1]


def test_without_the_clips_end_the_last_event_ends_the_timeline() -> None:
    assert contact_timeline(CONTACTS).layout.xaxis.range[1] == 0.8
    assert len(contact_timeline([]).to_json()) > 0


def test_evidence_shows_every_landing_beside_its_limit() -> None:
    geometry = [
        ContactGeometry("left", 0.1, 0.36, 17.0, 12.0),
        ContactGeometry("right", 0.45, 0.25, 8.0, math.nan),
        ContactGeometry("left", 0.8, 0.33, 16.0, 11.0),
    ]
    thresholds = judge_geometry(geometry, []).thresholds
    figure = overstride_evidence(geometry, thresholds)
    assert len(figure.data) == 2 * len(PANELS)
    assert [list(trace.y) for trace in figure.data if trace.name == "left"] == [
        [0.36, 0.33],
        [17.0, 16.0],
        [12.0, 11.0],
    ]
    limits = [shape.y0 for shape in figure.layout.shapes if shape.type == "line"]
    assert limits == [threshold["value"] for threshold in thresholds.values()]
    shaded = [sorted((shape.y0, shape.y1)) for shape in figure.layout.shapes if shape.type == "rect"]
    above, _, below = shaded
    assert above[0] == thresholds["ankle_ahead"]["value"]
    assert below[1] == thresholds["knee_flexion_deg"]["value"]
    for axis, limit in zip((figure.layout.yaxis, figure.layout.yaxis2, figure.layout.yaxis3), limits, strict=True):
        assert axis.range[0] < limit < axis.range[1]


def test_evidence_without_limits_or_landings_is_still_drawn() -> None:
    geometry = [ContactGeometry("left", 0.1, 0.36, 17.0, 12.0)]
    assert not overstride_evidence(geometry, {}).layout.shapes
    unseen = [ContactGeometry("left", 0.1, math.nan, math.nan, math.nan)]
    assert "NaN" not in overstride_evidence(unseen, {}).to_json()
    assert len(overstride_evidence([], judge_geometry([], []).thresholds).layout.shapes) == 2 * len(PANELS)
