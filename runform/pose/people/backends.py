"""Chooses the finder of people: YOLOX where its weights are or can be had, else the one that needs no download."""

from __future__ import annotations

from collections.abc import Callable

from runform.download import fetch_weights
from runform.errors import WeightsError
from runform.pose.people.detector import PersonDetector
from runform.pose.people.yolox import YoloxDetector
from runform.progress import Progress
from runform.settings import Settings

YOLOX_WEIGHTS = "yolox-tiny-person-onnx"


def open_person_detector(
    settings: Settings, fallback: Callable[[], PersonDetector], progress: Progress | None = None
) -> tuple[PersonDetector, str]:
    """Load a finder of people for one analysis.

    Args:
        settings: Folders and downloads.
        fallback: Makes the finder that is used where YOLOX's weights cannot be had.
        progress: Told of the download, if there is one.

    Returns:
        The finder, and what the coach should know about the choice; empty for YOLOX.

    Raises:
        AnalysisCancelled: The owner of `progress` asked to stop during the download.
    """
    try:
        return YoloxDetector(fetch_weights(YOLOX_WEIGHTS, settings, progress, retry_failed=False)), ""
    except WeightsError as error:
        detector = fallback()
        return detector, f"YOLOX's weights could not be had, so {detector.name} found the people. {error.message}"
