from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runform import record
from runform.errors import InputError, ShapeError, StoreError
from runform.gait.definitions import DEFINITIONS
from runform.record import read_record, to_public_json, write_npz, write_record
from runform.results import Analysis, ContactRepair, CycleCurve, Metric, Reference, SpeedEstimate, StepValue
from runform.sequences import JointSequence
from tests.fixtures.analyses import make_analysis


def assert_same(actual: Any, expected: Any, where: str = "analysis") -> None:
    """Equality by value and type through dataclasses, arrays and containers, with NaN equal to NaN."""
    assert type(actual) is type(expected), where
    if is_dataclass(expected):
        for f in fields(expected):
            assert_same(getattr(actual, f.name), getattr(expected, f.name), f"{where}.{f.name}")
    elif isinstance(expected, np.ndarray):
        assert actual.dtype == expected.dtype, where
        np.testing.assert_array_equal(actual, expected, where)
    elif isinstance(expected, dict):
        assert list(actual) == list(expected), where
        for key in expected:
            assert_same(actual[key], expected[key], f"{where}[{key!r}]")
    elif isinstance(expected, tuple | list):
        assert len(actual) == len(expected), where
        for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
            assert_same(a, e, f"{where}[{i}]")
    elif isinstance(expected, float) and math.isnan(expected):
        assert math.isnan(actual), where
    else:
        assert actual == expected, where


def with_cross_validation(analysis: Analysis, table: dict[str, Any]) -> Analysis:
    svm = replace(analysis.overstride.svm, cross_validation=table)
    return replace(analysis, overstride=replace(analysis.overstride, svm=svm))


@pytest.mark.parametrize(
    "analysis",
    [make_analysis(), make_analysis(refused=True), make_analysis(verdict="overstride", seed=4, seconds=1.3)],
    ids=["optimal", "refused", "overstride"],
)
def test_a_record_comes_back_value_for_value(analysis: Analysis, tmp_path: Path) -> None:
    analysis = replace(analysis, options=replace(analysis.options, box=(1.0, 2.0, 30.5, 40.0), runner=1))
    write_record(analysis, tmp_path / "run")
    assert_same(read_record(tmp_path / "run"), analysis)


def with_feet(analysis: Analysis) -> Analysis:
    """The analysis with feet: four points below each ankle's place, one frame not lifted."""
    assert analysis.joints is not None
    feet = analysis.joints.xyz[:, [6, 3, 6, 3]] + np.array([[-0.1, 0.1, 0.0]] * 2 + [[0.2, 0.1, 0.0]] * 2)
    feet[7] = np.nan
    return replace(analysis, joints=replace(analysis.joints, feet=feet))


def test_feet_come_back_with_the_joints(tmp_path: Path) -> None:
    analysis = with_feet(make_analysis())
    write_record(analysis, tmp_path / "run")
    assert_same(read_record(tmp_path / "run"), analysis)


def test_nan_and_infinity_in_free_tables_come_back_as_numbers(tmp_path: Path) -> None:
    analysis = with_cross_validation(make_analysis(), {"auc": math.nan, "low": -math.inf, "folds": [1.0, math.inf]})
    write_record(analysis, tmp_path / "run")
    assert_same(read_record(tmp_path / "run").overstride.svm.cross_validation, analysis.overstride.svm.cross_validation)


def test_numpy_scalars_are_written_as_the_numbers_they_equal(tmp_path: Path) -> None:
    analysis = with_cross_validation(make_analysis(), {"n": np.int64(7), "auc": np.float32(0.5), "folds": np.arange(2)})
    write_record(analysis, tmp_path / "run")
    assert read_record(tmp_path / "run").overstride.svm.cross_validation == {"n": 7, "auc": 0.5, "folds": [0, 1]}


def test_an_overlay_in_the_folder_moves_with_it(tmp_path: Path) -> None:
    write_record(replace(make_analysis(), overlay=tmp_path / "run" / "overlay.mp4"), tmp_path / "run")
    (tmp_path / "run").rename(tmp_path / "moved")
    assert read_record(tmp_path / "moved").overlay == tmp_path / "moved" / "overlay.mp4"


def test_an_overlay_elsewhere_stays_where_it_is(tmp_path: Path) -> None:
    write_record(replace(make_analysis(), overlay=tmp_path / "overlay.mp4"), tmp_path / "run")
    assert read_record(tmp_path / "run").overlay == tmp_path / "overlay.mp4"


def test_writing_again_replaces_the_record_and_keeps_other_files(tmp_path: Path) -> None:
    write_record(make_analysis(seed=1), tmp_path / "run")
    (tmp_path / "run" / "overlay.mp4").write_bytes(b"video")
    write_record(make_analysis(seed=2), tmp_path / "run")
    assert_same(read_record(tmp_path / "run"), make_analysis(seed=2))
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["arrays.npz", "overlay.mp4", "record.json"]


def test_a_crash_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "_to_json", crash)
    with pytest.raises(KeyboardInterrupt):
        write_record(make_analysis(), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_crash_between_the_two_files_of_an_old_record_is_found(tmp_path: Path) -> None:
    write_record(make_analysis(seed=1), tmp_path / "old")
    write_record(make_analysis(seed=2), tmp_path / "new")
    (tmp_path / "new" / "arrays.npz").replace(tmp_path / "old" / "arrays.npz")
    with pytest.raises(StoreError, match="not the one it was made with"):
        read_record(tmp_path / "old")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="could not be written"):
        write_record(make_analysis(), tmp_path / "file" / "run")


def damage_json(folder: Path) -> None:
    text = (folder / "record.json").read_text()
    (folder / "record.json").write_text(text[: len(text) // 2])


def damage_arrays(folder: Path) -> None:
    data = bytearray((folder / "arrays.npz").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (folder / "arrays.npz").write_bytes(data)


def lose_arrays(folder: Path) -> None:
    (folder / "arrays.npz").unlink()


def lose_record(folder: Path) -> None:
    (folder / "record.json").unlink()


def write_newer_format(folder: Path) -> None:
    fields_of_record = json.loads((folder / "record.json").read_text())
    (folder / "record.json").write_text(json.dumps(fields_of_record | {"format": 2}))


def write_impossible_contact(folder: Path) -> None:
    fields_of_record = json.loads((folder / "record.json").read_text())
    fields_of_record["gait"]["contacts"][0]["toe_off_s"] = -1.0
    (folder / "record.json").write_text(json.dumps(fields_of_record))


@pytest.mark.parametrize(
    "damage", [damage_json, damage_arrays, lose_arrays, lose_record, write_newer_format, write_impossible_contact]
)
def test_a_damaged_record_raises_with_a_remedy(damage: Any, tmp_path: Path) -> None:
    write_record(make_analysis(), tmp_path / "run")
    damage(tmp_path / "run")
    with pytest.raises(StoreError) as caught:
        read_record(tmp_path / "run")
    assert "backup" in caught.value.remedy


def test_public_json_has_every_name_of_the_contract() -> None:
    public = to_public_json(make_analysis())
    assert {"path", "width", "height", "frames", "duration_s", "time_scale", "view", "motion"} <= public["clip"].keys()
    assert {"backend", "model", "runner", "frames_found", "swaps_repaired"} <= public["pose"].keys()
    assert all({"name", "status", "message"} <= check.keys() for check in public["checks"])
    expected = {"side", "initial_contact_s", "toe_off_s", "plus_minus_s"}
    assert all(expected <= contact.keys() for contact in public["contacts"])
    expected = {"value", "unit", "plus_minus", "n", "left", "right", "reference"}
    assert all(expected <= metric.keys() for metric in public["metrics"].values())
    assert {"verdict", "probability", "margin", "svm", "geometry", "agree"} <= public["overstride"].keys()
    assert {"model", "model_sha256", "dim", "sha256"} == public["embedding"].keys()
    assert {"name", "similarity", "percentile"} <= public["pros"][0].keys()
    assert public["versions"]["runform"] == "0.1.0"


def test_public_json_says_how_each_metric_is_measured() -> None:
    public = to_public_json(make_analysis())
    contact_time = public["metrics"]["ground_contact_time"]
    assert contact_time["definition"] == DEFINITIONS["ground_contact_time"].definition
    assert contact_time["source"]
    assert "side_view" in contact_time["needs"]
    assert contact_time["sided"] is True
    assert {"steps", "left_plus_minus", "right_plus_minus", "withheld_by"} <= contact_time.keys()
    assert public["speed"] is None
    assert public["contact_repairs"] == []


def test_public_json_keeps_a_metric_it_does_not_know() -> None:
    analysis = make_analysis()
    metrics = {"hat_size": Metric("hat_size", 58.0, "cm", 0.5, 1)}
    public = to_public_json(replace(analysis, gait=replace(analysis.gait, metrics=metrics)))
    assert public["metrics"]["hat_size"]["value"] == 58.0
    assert public["metrics"]["hat_size"]["definition"] == ""


def test_a_record_with_steps_speed_and_repairs_comes_back(tmp_path: Path) -> None:
    analysis = make_analysis()
    metric = replace(
        analysis.gait.metrics["step_time"],
        left_plus_minus=0.01,
        steps=(StepValue("left", 0.1, 0.35), StepValue("right", 0.45, 0.36)),
        withheld_by=("frame_rate",),
        reference=Reference(0.3, 0.4, "published", "a test", "nobody", 2.0, 3.0),
    )
    gait = replace(
        analysis.gait,
        metrics={"step_time": metric},
        speed=SpeedEstimate(2.9, 0.2, 3.3, "stance"),
        repairs=(ContactRepair("missed", "left", 1.2, True, "One contact was filled in."),),
        cycles=(CycleCurve("knee_flexion", "deg", "left", (1.0,) * 101, (0.5,) * 101, 9, 36.0),),
    )
    write_record(replace(analysis, gait=gait), tmp_path / "run")
    read = read_record(tmp_path / "run")
    assert_same(read.gait, gait)
    assert to_public_json(read)["speed"]["source"] == "stance"
    assert to_public_json(read)["contact_repairs"][0]["kind"] == "missed"


def test_a_record_of_the_first_version_is_read_with_what_it_lacks_unknown(tmp_path: Path) -> None:
    write_record(make_analysis(), tmp_path / "run")
    path = tmp_path / "run" / "record.json"
    text = json.loads(path.read_text())
    for name in ("repairs", "cycles", "speed"):
        del text["gait"][name]
    for metric in text["gait"]["metrics"].values():
        for name in ("left_plus_minus", "right_plus_minus", "steps", "withheld_by"):
            del metric[name]
        for name in ("population", "speed_low", "speed_high"):
            (metric["reference"] or {}).pop(name, None)
    for geometry in text["gait"]["geometry"]:
        del geometry["foot_angle_deg"], geometry["foot_strike"]
    for contact in text["gait"]["contacts"]:
        del contact["toe_off_plus_minus_s"], contact["origin"]
    path.write_text(json.dumps(text))
    assert_same(read_record(tmp_path / "run"), make_analysis())


def test_a_record_from_before_feet_is_read_without_them(tmp_path: Path) -> None:
    """Its arrays are named, one by one, as that version named them."""
    write_record(make_analysis(), tmp_path / "run")
    with np.load(tmp_path / "run" / "arrays.npz") as arrays:
        assert set(arrays.files) == {
            "raw_time_s", "raw_xy_px", "raw_confidence", "keypoints_time_s", "keypoints_xy_px", "keypoints_confidence",
            "joints_time_s", "joints_xyz", "embedding",
        }  # fmt: skip
    joints = read_record(tmp_path / "run").joints
    assert joints is not None
    assert joints.feet is None


def test_public_json_holds_the_analysis_values() -> None:
    public = to_public_json(make_analysis(cadence=172.5, verdict="overstride"))
    assert public["metrics"]["cadence"]["value"] == 172.5
    assert public["metrics"]["cadence"]["reference"]["status"] == "published"
    assert public["pose"]["swaps_repaired"] == 2
    assert public["overstride"]["verdict"] == "overstride"
    assert public["overstride"]["probability"] == public["overstride"]["svm"]["probability"] > 0.5
    assert public["embedding"]["dim"] == 8704
    assert [contact["side"] for contact in public["contacts"][:3]] == ["left", "right", "left"]


def test_public_json_is_strict_and_has_null_for_what_was_not_measured() -> None:
    analysis = with_cross_validation(make_analysis(refused=True), {"auc": np.float64(math.nan), "n": np.int64(3)})
    public = json.loads(json.dumps(to_public_json(analysis), allow_nan=False))
    assert public["embedding"] is None
    assert public["overstride"]["probability"] is None
    assert public["overstride"]["svm"]["cross_validation"] == {"auc": None, "n": 3}
    assert public["metrics"]["flight_time"]["value"] is None
    assert public["pros"] == []


def test_the_embeddings_hash_is_of_its_values() -> None:
    vector = np.zeros(8704, dtype=np.float32)
    one, again = (to_public_json(make_analysis(seed=s, embedding_vector=vector)) for s in (1, 2))
    other = to_public_json(make_analysis(seed=1))
    assert one["embedding"] == again["embedding"]
    assert one["embedding"]["sha256"] != other["embedding"]["sha256"]


def test_npz_holds_the_arrays_of_the_contract(tmp_path: Path) -> None:
    analysis = make_analysis()
    write_npz(analysis, tmp_path / "out.npz")
    with np.load(tmp_path / "out.npz") as file:
        np.testing.assert_array_equal(file["time_s"], analysis.keypoints.time_s)
        np.testing.assert_array_equal(file["keypoints_px"], analysis.keypoints.xy_px)
        np.testing.assert_array_equal(file["confidence"], analysis.keypoints.confidence)
        assert str(file["skeleton"]) == "blazepose33"
        assert file["joints_3d"].shape == (120, 17, 3)
        assert analysis.embedding is not None
        np.testing.assert_array_equal(file["embedding"], analysis.embedding.vector)


def test_npz_holds_the_feet_beside_the_joints(tmp_path: Path) -> None:
    analysis = with_feet(make_analysis())
    assert analysis.joints is not None
    assert analysis.joints.feet is not None
    write_npz(analysis, tmp_path / "out.npz")
    write_npz(make_analysis(), tmp_path / "without.npz")
    with np.load(tmp_path / "out.npz") as file:
        assert file["joints_3d"].shape == (120, 17, 3)
        np.testing.assert_array_equal(file["feet_3d"], analysis.joints.feet)
    with np.load(tmp_path / "without.npz") as file:
        assert file["feet_3d"].shape == (120, 4, 3)
        assert np.isnan(file["feet_3d"]).all()
        assert np.isfinite(file["joints_3d"]).all()


def test_npz_of_a_refused_analysis_keeps_its_shapes(tmp_path: Path) -> None:
    write_npz(make_analysis(refused=True), tmp_path / "out")
    with np.load(tmp_path / "out") as file:
        assert file["joints_3d"].shape == (120, 17, 3)
        assert np.isnan(file["joints_3d"]).all()
        assert file["feet_3d"].shape == (120, 4, 3)
        assert np.isnan(file["feet_3d"]).all()
        assert file["embedding"].shape == (8704,)
        assert np.isnan(file["embedding"]).all()


def test_npz_refuses_joints_of_other_frames(tmp_path: Path) -> None:
    analysis = make_analysis()
    assert analysis.joints is not None
    shorter = JointSequence(analysis.joints.time_s[:-1], analysis.joints.xyz[:-1])
    with pytest.raises(ShapeError, match="joints_3d"):
        write_npz(replace(analysis, joints=shorter), tmp_path / "out.npz")
    assert list(tmp_path.iterdir()) == []


def test_npz_to_a_folder_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be written"):
        write_npz(make_analysis(), tmp_path / "nowhere" / "out.npz")
