"""The demo: a rendered virtual runner, analysed like any other clip."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from runform.progress import Progress
from runform.results import AnalysisOptions
from runform.ui import services, text
from runform.ui.background import BackgroundTask

CLIP_NAME = "demo_runner.mp4"


def demo_task() -> BackgroundTask:
    """The one task of the process that renders the demo clip and puts it in the queue."""
    return _make_task(services.settings().data_dir)


@st.cache_resource(show_spinner=False)
def _make_task(data_dir: Path) -> BackgroundTask:
    clip = data_dir / "demo" / CLIP_NAME

    def work(progress: Progress) -> None:
        from runform.demo.render import write_demo

        if not clip.is_file():  # rendered once; it is the same every time
            clip.parent.mkdir(parents=True, exist_ok=True)
            write_demo(clip, progress=progress)
        services.jobs().submit(clip, CLIP_NAME, AnalysisOptions(), text.Analyse.DEMO_ATHLETE)

    return BackgroundTask("demo", work)
