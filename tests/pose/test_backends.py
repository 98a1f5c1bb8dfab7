"""Auto takes what can run and says so; an explicit choice insists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runform.download import _failures
from runform.errors import BackendUnavailableError, WeightsError
from runform.pose.backends import RTMPOSE_WEIGHTS, open_estimator
from runform.pose.blazepose import BlazePose
from runform.settings import PROJECT_ROOT, Settings
from runform.weights import find_entry


@pytest.fixture
def offline(tmp_path: Path) -> Settings:
    """No weights here, and nothing listens at the mirror."""
    _failures.clear()
    return Settings(models_dir=tmp_path, device="cpu", weights_mirror="http://127.0.0.1:9", download_timeout_s=1.0)


def test_auto_falls_back_to_blazepose_and_says_so(offline: Settings) -> None:
    estimator = open_estimator("auto", offline)
    assert estimator.info.backend == "blazepose"
    assert "RTMPose-M's weights could not be had" in estimator.info.note
    assert "no connection" in estimator.info.note


def test_blazepose_chosen_needs_no_remark(offline: Settings) -> None:
    info = open_estimator("blazepose", offline).info
    assert (info.backend, info.note) == ("blazepose", "")
    assert len(info.sha256) == 64


def test_rtmpose_chosen_insists(offline: Settings) -> None:
    with pytest.raises(WeightsError, match="no connection") as refusal:
        open_estimator("rtmpose", offline)
    assert refusal.value.remedy


def test_auto_asks_a_dead_address_only_once(offline: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    open_estimator("auto", offline)

    def refuse(*_: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr("runform.download._fetch", refuse)
    assert open_estimator("auto", offline).info.backend == "blazepose"


def test_auto_takes_rtmpose_where_its_weights_are(offline: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def open_rtmpose(weights: Path, settings: Settings) -> BlazePose:
        opened.append(weights)
        return BlazePose()

    monkeypatch.setattr("runform.pose.backends.fetch_weights", lambda *_, **__: Path("here.pth"))
    monkeypatch.setattr("runform.pose.backends._open_rtmpose", open_rtmpose)
    open_estimator("auto", offline)
    assert opened == [Path("here.pth")]


def test_auto_without_mmpose(offline: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BackendUnavailableError("mmpose is not installed.", "Install it.")

    monkeypatch.setattr("runform.pose.backends.fetch_weights", lambda *_, **__: Path("here.pth"))
    monkeypatch.setattr("runform.pose.backends._open_rtmpose", refuse)
    info = open_estimator("auto", offline).info
    assert info.backend == "blazepose"
    assert "mmpose is not installed" in info.note


def test_a_damaged_file_is_not_used(offline: Settings) -> None:
    file = offline.models_dir / "cache" / find_entry(RTMPOSE_WEIGHTS, offline).file
    file.parent.mkdir()
    file.write_bytes(b"damaged")
    assert open_estimator("auto", offline).info.backend == "blazepose"


def test_blazepose_runs_with_mmpose_blocked() -> None:
    """A process in which mmpose, mmcv, mmengine and torchvision cannot be imported at all."""
    script = (
        "import sys\n"
        "for name in ('mmpose', 'mmcv', 'mmengine', 'mmdet', 'torchvision'): sys.modules[name] = None\n"
        "import numpy as np\n"
        "from runform.pose import backends, cleaning\n"
        "from runform.pose.estimator import Sight\n"
        "from runform.settings import Settings\n"
        "session = backends.open_estimator('blazepose', Settings()).start()\n"
        "black = Sight(np.zeros((64, 64, 3), np.uint8), (10.0, 5.0, 30.0, 50.0))\n"
        "assert len(session.estimate([black, black])) == 2\n"
        "session.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
