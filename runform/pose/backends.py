"""Chooses the 2D pose backend: RTMPose where its weights are or can be had, else BlazePose, said plainly."""

from __future__ import annotations

from pathlib import Path

from runform.download import fetch_weights
from runform.errors import BackendUnavailableError, WeightsError
from runform.pose.blazepose import BlazePose
from runform.pose.estimator import PoseEstimator
from runform.progress import Progress
from runform.settings import BackendChoice, Settings, resolve_device

RTMPOSE_WEIGHTS = "rtmpose-m-halpe26"


def open_estimator(choice: BackendChoice, settings: Settings, progress: Progress | None = None) -> PoseEstimator:
    """Load a pose backend.

    Args:
        choice: "auto" takes RTMPose where it can run and its weights are here or can be fetched, else BlazePose with a
            note that says so. "rtmpose" and "blazepose" insist.
        settings: Device, folders, downloads.
        progress: Told of the download, if there is one.

    Returns:
        The loaded estimator.

    Raises:
        BackendUnavailableError: The backend insisted on cannot run here, or none can.
        WeightsError: "rtmpose", and its weights are neither here nor to be had.
    """
    if choice == "blazepose":
        return BlazePose()
    if choice == "rtmpose":
        return _open_rtmpose(fetch_weights(RTMPOSE_WEIGHTS, settings, progress), settings)
    try:
        weights = fetch_weights(RTMPOSE_WEIGHTS, settings, progress, retry_failed=False)
    except WeightsError as error:
        return BlazePose(note=f"RTMPose-M's weights could not be had, so BlazePose was used. {error.message}")
    try:
        return _open_rtmpose(weights, settings)
    except (BackendUnavailableError, WeightsError) as error:
        return BlazePose(note=f"RTMPose-M could not run here, so BlazePose was used. {error.message}")


def _open_rtmpose(weights: Path, settings: Settings) -> PoseEstimator:
    """Load RTMPose; mmpose and torch are imported only here, so that everything else runs without mmpose.

    Raises:
        BackendUnavailableError: mmpose does not load.
        WeightsError: The checkpoint does not fit.
    """
    from runform.pose.rtmpose import RtmPose

    return RtmPose(weights, resolve_device(settings.device))
