from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import streamlit as st

from runform.demo import render
from runform.results import AnalysisOptions
from runform.settings import Settings
from runform.ui import demo_task, services, text


class QueueOfNames:
    """Takes jobs and does nothing with them."""

    def __init__(self) -> None:
        self.taken: list[tuple[Path, str, AnalysisOptions, str | None]] = []

    def submit(self, clip_path: Path, clip_name: str, options: AnalysisOptions, athlete_name: str | None) -> str:
        self.taken.append((clip_path, clip_name, options, athlete_name))
        return "job"


def test_it_renders_once_and_submits_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = QueueOfNames()
    monkeypatch.setattr(services, "settings", lambda: Settings(data_dir=tmp_path))
    monkeypatch.setattr(services, "jobs", lambda: queue)
    monkeypatch.setattr(render, "write_demo", partial(render.write_demo, seconds=0.2, width=72, height=128))
    task = demo_task.demo_task()

    for _ in range(2):
        task.start()
        task.wait(60)
        assert task.status().state == "done", task.status().message
        monkeypatch.setattr(render, "write_demo", None)  # a second rendering would fail

    clip = tmp_path / "demo" / demo_task.CLIP_NAME
    assert clip.stat().st_size > 0
    assert clip.with_suffix(".json").is_file()
    assert queue.taken == [(clip, demo_task.CLIP_NAME, AnalysisOptions(), text.Analyse.DEMO_ATHLETE)] * 2
    st.cache_resource.clear()
