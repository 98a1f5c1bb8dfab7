"""Tables and goals of `evaluate lifting`, from outcomes with known errors."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from runform.training.lifter_angles import ANGLES
from runform.training.lifter_methods import FLAT
from runform.training.lifter_observation import Noise
from runform.training.lifter_scoring import Outcome
from runform.training.lifter_tables import describe
from runform.training.lifter_views import Place

Row = dict[str, Any]


def _make(method: str, noise: Noise, *, by: str = "a", place: Place = "side", **values: float) -> Outcome:
    angles = {f"{name}{end}": 5.0 for name in ANGLES for end in ("_deg", "_rms_deg")}
    usual = {
        "mpjpe_mm": 50.0, "n_mpjpe_mm": 49.0, "p_mpjpe_mm": 34.0, "velocity_m_s": 0.3, "feet_mm": float("nan"),
        "picture_mm": 20.0, "picture_trunk_percent": 4.0, "picture_velocity_m_s": 0.2, "picture_acceleration_m_s2": 8.0,
    }  # fmt: skip
    return Outcome(method, noise, by, f"{by} run", place, "treadmill", 100, usual | angles | values)


def _list_outcomes(lifted: dict[str, float] | None = None) -> list[Outcome]:
    """A lifter and the 2D at every noise, whose picture error is 30 mm, 25 after cleaning."""
    cleaned = _make("net", "cleaned")
    cleaned = dataclasses.replace(cleaned, values=cleaned.values | (lifted or {}))
    flat: dict[str, Any] = {"picture_velocity_m_s": 0.4, "picture_acceleration_m_s2": 16.0}
    return [
        _make("net", "damaged", picture_mm=26.0), cleaned,
        _make(FLAT, "damaged", picture_mm=30.0, **flat), _make(FLAT, "cleaned", picture_mm=25.0, **flat),
        _make("net", "perfect"), _make(FLAT, "perfect"), _make("net", "detector"), _make(FLAT, "detector"),
        _make("net", "cleaned", place="front", mpjpe_mm=300.0), _make(FLAT, "cleaned", place="front"),
    ]  # fmt: skip


def _find(rows: list[Row], **of: Any) -> Row:
    found = [row for row in rows if all(row.get(key) == value for key, value in of.items())]
    assert len(found) == 1
    return found[0]


def test_goals_are_judged_from_the_side_on_a_detectors_noise_and_on_cleaned_2d() -> None:
    every = describe(_list_outcomes({"feet_mm": 61.0, "knee_deg": 7.9}), ["net"])["goals"]
    goals = [goal for goal in every if "cleaned 2D" in goal["name"]]

    others = {goal["name"]: goal["value"] for goal in every if goal not in goals}
    assert others["knee flexion, side view, a detector's noise"] == 5.0
    assert not any("feet" in name for name in others)
    assert [(g["value"], g["goal"], g["met"]) for g in goals] == [
        (50.0, 55.0, True), (34.0, 35.0, True), (61.0, 60.0, False), (7.9, 8.0, True), (0.2, 0.4, True),
    ]  # fmt: skip
    assert {g["method"] for g in every} == {"net"}


def test_variants_stand_in_the_tables_and_are_not_judged() -> None:
    outcomes = [*_list_outcomes(), _make("net, other", "cleaned", mpjpe_mm=70.0)]
    tables = describe(outcomes, ["net"], [", other"])
    assert _find(tables["rows"], method="net, other", view="side")["mpjpe_mm"] == 70.0
    assert {goal["method"] for goal in tables["goals"]} == {"net"}


def test_who_has_no_feet_is_not_judged_by_them() -> None:
    goals = describe(_list_outcomes(), ["net"])["goals"]
    assert len(goals) == 8
    assert not any("feet" in goal["name"] for goal in goals)


def test_people_count_alike_in_every_row() -> None:
    outcomes = [*_list_outcomes(), *(_make("net", "cleaned", by="b", mpjpe_mm=60.0) for _ in range(3))]
    tables = describe(outcomes, ["net"])
    row = _find(tables["rows"], method="net", view="side", noise="cleaned")
    assert (row["clips"], row["frames"]) == (4, 400)
    assert row["mpjpe_mm"] == pytest.approx(55.0)
    assert _find(tables["motion_rows"], method="net", motion="b run")["mpjpe_mm"] == pytest.approx(60.0)
    assert _find(tables["surface_rows"], method="net", camera="treadmill")["mpjpe_mm"] == pytest.approx(55.0)


def test_denoising_says_whether_lifting_beats_cleaning_alone() -> None:
    rows = describe(_list_outcomes({"picture_mm": 24.0}), ["net"])["denoising_rows"]
    assert [(row["joints"], row["picture_mm"], row["beats_cleaning_alone"]) for row in rows] == [
        ("2D damaged", 30.0, None), ("net, from damaged", 26.0, False),
        ("2D cleaned", 25.0, None), ("net, from cleaned", 24.0, True),
    ]  # fmt: skip


def test_smoothness_is_held_against_the_2d_input() -> None:
    rows = describe(_list_outcomes(), ["net"])["smoothness_rows"]
    row = _find(rows, method="net", noise="cleaned")
    assert row["velocity_ratio"] == pytest.approx(0.5)
    assert row["acceleration_ratio"] == pytest.approx(0.5)
    assert {row["noise"] for row in rows} == {"detector", "damaged", "cleaned"}


def test_published_figures_stand_beside() -> None:
    rows = describe(_list_outcomes(), ["net"])["reference_rows"]
    assert sorted(row["mpjpe_mm"] for row in rows) == [90.0, 115.0]
    assert all("RunningPose" in row["source"] for row in rows)
