"""YOLOX where its weights can be had, else the finder that needs none, with a note."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.pose.people.backends import YOLOX_WEIGHTS, open_person_detector
from runform.pose.people.yolox import YoloxDetector
from runform.settings import PROJECT_ROOT, Settings
from runform.weights import find_entry
from tests.pose.people.test_yolox import save_model
from tests.pose.people.worlds import World


@pytest.fixture
def offline(tmp_path: Path) -> Settings:
    return Settings(models_dir=tmp_path, allow_downloads=False, _env_file=None)


def test_without_weights_the_fallback_is_used_and_said(offline: Settings) -> None:
    detector, note = open_person_detector(offline, World)
    assert isinstance(detector, World)
    assert "YOLOX" in note
    assert "all-seeing" in note
    assert "downloads are switched off" in note


def test_with_weights_yolox_is_used(offline: Settings) -> None:
    cache = offline.models_dir / "cache"
    cache.mkdir()
    dets, labels = np.zeros((1, 0, 5), dtype=np.float32), np.zeros((1, 0), dtype=np.int64)
    save_model(cache / find_entry(YOLOX_WEIGHTS, offline).file, {"dets": dets, "labels": labels})
    detector, note = open_person_detector(offline, World)
    assert isinstance(detector, YoloxDetector)
    assert note == ""


def test_damaged_weights_are_said(offline: Settings) -> None:
    cache = offline.models_dir / "cache"
    cache.mkdir()
    (cache / find_entry(YOLOX_WEIGHTS, offline).file).write_bytes(b"not a zip")
    detector, note = open_person_detector(offline, World)
    assert isinstance(detector, World)
    assert "could not be loaded" in note


def test_the_manifest_names_the_official_archive() -> None:
    entry = find_entry(YOLOX_WEIGHTS, Settings(models_dir=PROJECT_ROOT / "models", _env_file=None))
    assert entry.file == "yolox_tiny_8xb8-300e_humanart-6f3252f9.zip"
    assert entry.url.endswith(f"/mmpose/v1/projects/rtmposev1/onnx_sdk/{entry.file}")
