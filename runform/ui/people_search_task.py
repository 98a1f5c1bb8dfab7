"""One search for people in one uploaded clip, in a thread of its own. No streamlit in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runform.people_search import PeopleFinder, PeopleFound, look_for_people
from runform.progress import Progress
from runform.results import AnalysisOptions
from runform.sequences import Box
from runform.ui.background import BackgroundTask


@dataclass(frozen=True)
class RunnerPick:
    """Whom the coach wants analysed; as it stands here RunForm decides.

    Attributes:
        runner: A person's number, or None.
        box: Around the runner, px of the clip, or None.
        box_s: When it holds, seconds as played from the first frame.
    """

    runner: int | None = None
    box: Box | None = None
    box_s: float = 0.0


NOBODY_PICKED = RunnerPick()


class PeopleSearch:
    """Looks for people in a clip; started when made.

    Args:
        path: The clip in the folder of uploads.
        options: What the user stated so far.
        finder: Gives what finds people, called in the thread.

    Attributes:
        task: How far it is.
        found: What came out, None until it is done.
    """

    def __init__(self, path: Path, options: AnalysisOptions, finder: Callable[[], PeopleFinder]) -> None:
        self.path = path
        self.found: PeopleFound | None = None
        self._options = options
        self._finder = finder
        self.task = BackgroundTask("people-search", self._work)
        self.task.start()

    def _work(self, progress: Progress) -> None:
        self.found = look_for_people(self._finder(), self.path, self._options, progress)
