"""The whole pipeline on real clips and on the demo clip, as `python -m runform analyze` runs it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runform.analysis import Analyser
from runform.demo.render import write_demo
from runform.pose.people.detector import PersonFind
from runform.record import to_public_json, write_npz
from runform.results import Analysis, AnalysisOptions
from runform.sequences import Box
from runform.settings import Settings
from runform.video.read import RgbImage, probe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    # The network is no part of these tests, so the backend is the one that the packages carry.
    return Analyser(Settings(_env_file=None, allow_downloads=False, backend="blazepose"))


@pytest.fixture(scope="module")
def treadmill(analyser: Analyser, clips_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    out = tmp_path_factory.mktemp("treadmill")
    return analyser.analyse(clips_dir / "treadmill_side_portrait.mp4", AnalysisOptions(), out_dir=out)


def test_treadmill_clip_is_measured(treadmill: Analysis) -> None:
    contacts = treadmill.gait.contacts

    assert treadmill.gait.metrics["cadence"].value == pytest.approx(168, abs=1)
    assert 30 <= len(contacts) <= 36
    assert all(a.side != b.side for a, b in itertools.pairwise(contacts))
    assert treadmill.gait.view == "left"
    assert treadmill.gait.motion == "in_place"
    assert not treadmill.gait.refused


def test_treadmill_record_keeps_the_contract(treadmill: Analysis, tmp_path: Path) -> None:
    public: dict[str, Any] = json.loads(json.dumps(to_public_json(treadmill), allow_nan=False))
    write_npz(treadmill, tmp_path / "arrays.npz")
    arrays = np.load(tmp_path / "arrays.npz")

    assert {"path", "width", "height", "frames", "duration_s", "time_scale", "view", "motion"} <= public["clip"].keys()
    assert public["clip"]["frames"] == 360
    assert {"backend", "model", "runner", "frames_found", "swaps_repaired"} <= public["pose"].keys()
    assert {"name", "status", "message"} <= public["checks"][0].keys()
    assert {"side", "initial_contact_s", "toe_off_s", "plus_minus_s"} <= public["contacts"][0].keys()
    for metric in public["metrics"].values():
        assert {"value", "unit", "plus_minus", "n", "left", "right", "reference"} <= metric.keys()
    assert {"verdict", "probability", "margin", "svm", "geometry", "agree"} <= public["overstride"].keys()
    assert public["overstride"]["verdict"] in {"overstride", "optimal", "uncertain"}
    assert public["embedding"]["dim"] == 8704
    assert {"model", "sha256"} <= public["embedding"].keys()
    assert public["pros"] == []
    assert arrays["time_s"].shape == (360,)
    assert arrays["keypoints_px"].shape == (360, 33, 2)
    assert arrays["confidence"].shape == (360, 33)
    assert arrays["joints_3d"].shape == (360, 17, 3)
    assert arrays["embedding"].shape == (8704,)
    assert str(arrays["skeleton"]) == "blazepose33"


def test_the_overlay_plays_in_step_with_the_clip(treadmill: Analysis) -> None:
    assert treadmill.overlay is not None
    overlay = probe(treadmill.overlay)

    assert overlay.codec == "h264"
    assert overlay.duration_s == pytest.approx(treadmill.clip.duration_s, abs=0.05)


@pytest.mark.parametrize("name", ["walk_past_wall.mp4", "two_people_sunflare_walk.mp4"])
def test_walking_gets_no_verdict_and_is_told_why(analyser: Analyser, clips_dir: Path, name: str) -> None:
    analysis = analyser.analyse(clips_dir / name, AnalysisOptions())

    assert analysis.overstride.verdict == "refused"
    assert any(c.status == "refuse" and "not running" in c.message for c in analysis.gait.checks)
    assert "not running" in analysis.overstride.reason
    assert analysis.embedding is None


@pytest.mark.parametrize("overstride", [0.0, 1.0])
def test_demo_clip_agrees_with_its_truth(analyser: Analyser, tmp_path: Path, overstride: float) -> None:
    truth = write_demo(tmp_path / "demo.mp4", overstride=overstride)
    analysis = analyser.analyse(tmp_path / "demo.mp4", AnalysisOptions())
    found = [(c.side, c.initial_contact_s) for c in analysis.gait.contacts]
    near = [
        any(side == contact.side and abs(at - contact.initial_contact_s) <= 0.050 for side, at in found)
        for contact in truth.contacts
    ]

    assert analysis.gait.metrics["cadence"].value == pytest.approx(truth.cadence, abs=1)
    assert np.mean(near) >= 0.9
    assert len(found) <= len(truth.contacts) + 1
    assert analysis.gait.view == truth.view
    assert analysis.overstride.verdict in ({"overstride", "uncertain"} if overstride else {"optimal", "uncertain"})


class _Blind:
    """A finder that never finds anybody."""

    name = "blind"
    closed = False

    def find(self, rgb: RgbImage, region: Box | None) -> tuple[PersonFind, ...]:
        return ()

    def find_again(self, rgb: RgbImage, box: Box) -> PersonFind | None:
        return None

    def close(self) -> None:
        self.closed = True


def test_where_one_finder_sees_nobody_the_other_looks(
    analyser: Analyser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_demo(tmp_path / "demo.mp4", seconds=1.0)
    blind = _Blind()
    monkeypatch.setattr("runform.analysis.open_person_detector", lambda *_: (blind, ""))

    people = analyser.find_people(tmp_path / "demo.mp4", probe(tmp_path / "demo.mp4"), AnalysisOptions())

    assert blind.closed
    assert len(people.tracks) == 1
    assert people.detector.startswith("BlazePose")
