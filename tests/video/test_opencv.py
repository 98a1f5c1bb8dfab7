"""A slim system learns which packages OpenCV lacks."""

from __future__ import annotations

import sys

import pytest

from runform.errors import BackendUnavailableError
from runform.video.opencv import require_opencv


def test_loads_here() -> None:
    require_opencv()


def test_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)  # what makes `import cv2` raise ImportError
    with pytest.raises(BackendUnavailableError, match=r"libgl1 libglib2\.0-0"):
        require_opencv()
