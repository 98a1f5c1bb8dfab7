"""From what stands in the Analyse form to jobs in the queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from streamlit.runtime.uploaded_file_manager import UploadedFile

from runform.errors import RunFormError
from runform.results import AnalysisOptions
from runform.settings import BackendChoice
from runform.ui import services
from runform.ui.people_search_task import NOBODY_PICKED, RunnerPick
from runform.ui.uploads import store_upload

KMH_PER_MPS = 3.6


@dataclass(frozen=True)
class FormValues:
    """What the user stated about the clips, as the form gives it.

    Attributes:
        athlete: Name of a known or a new athlete, or None.
        height_cm: The athlete's height, or None.
        time_scale: Times slower than life, or None to go by the file.
        belt_kmh: Treadmill speed in km/h, or None.
        backend: 2D pose backend.
        pick: Whom to analyse.
    """

    athlete: str | None
    height_cm: float | None
    time_scale: float | None
    belt_kmh: float | None
    backend: BackendChoice
    pick: RunnerPick = NOBODY_PICKED


@dataclass(frozen=True)
class Rejection:
    """A file that did not make it into the queue.

    Attributes:
        clip: The file's name.
        message, remedy: Why, and what to do about it.
    """

    clip: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Submission:
    """What became of the files.

    Attributes:
        queued: Names of the clips that are in the queue.
        rejected: The others; nothing of them is stored.
    """

    queued: tuple[str, ...]
    rejected: tuple[Rejection, ...]


def submit_clips(
    files: Sequence[UploadedFile],
    values: FormValues,
    take_stored: Callable[[UploadedFile], Path | None] = lambda _: None,
) -> Submission:
    """Write uploaded clips to the data folder and put those that are videos in the queue.

    Args:
        files: The clips.
        values: What the user stated.
        take_stored: Gives the path of a clip that has been written already.
    """
    options = make_options(values)
    queued: list[str] = []
    rejected: list[Rejection] = []
    for file in files:
        try:
            path = take_stored(file) or store_upload(file, file.name, file.size, services.settings())
            services.jobs().submit(path, file.name, options, values.athlete)
        except RunFormError as error:
            rejected.append(Rejection(file.name, error.message, error.remedy))
        else:
            queued.append(file.name)
    return Submission(tuple(queued), tuple(rejected))


def queue_pro_clip(path: Path, clip_name: str, pro_id: str) -> None:
    """Put a pro's clip in the queue; its form goes to the pro database and no run is stored."""
    services.jobs().submit(path, clip_name, AnalysisOptions(), None, purpose="pro", pro_id=pro_id)


def make_options(values: FormValues) -> AnalysisOptions:
    """The form's values in the units of the analysis; a height left empty is the known athlete's own."""
    return AnalysisOptions(
        time_scale=values.time_scale,
        height_cm=values.height_cm if values.height_cm is not None else known_height_cm(values.athlete),
        belt_speed=None if values.belt_kmh is None else values.belt_kmh / KMH_PER_MPS,
        backend=values.backend,
        runner=values.pick.runner,
        box=values.pick.box,
        box_s=values.pick.box_s,
    )


def known_height_cm(name: str | None) -> float | None:
    """The stored height of the athlete of that name, or None."""
    from runform.store.athletes import list_athletes

    return next((a.height_cm for a in list_athletes(services.database()) if a.name == name), None)
