from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.sequences import EMBEDDING_DIM
from runform.ui import text
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_run


@pytest.fixture
def six_runs(data_dir: Path, clip: Path) -> None:
    """Two athletes whose forms lie far apart, three runs each."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 1, (2, EMBEDDING_DIM))
    for run in range(6):
        vector = (centres[run % 2] + rng.normal(0, 0.1, EMBEDDING_DIM)).astype(np.float32)
        store_run(clip, f"Athlete {run % 2}", seed=run, embedding_vector=vector)


def test_with_two_runs_it_says_how_many_are_missing(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("form_map")

    assert_healthy(app)
    assert app.subheader[0].value == text.FormMap.EMPTY_TITLE.format(missing=4)  # the refused run has no form
    assert text.FormMap.EMPTY.format(minimum=5, have=1) in all_text(app)


def test_with_enough_runs_there_is_a_map_and_its_purity(open_page: OpenPage, six_runs: None) -> None:
    app = open_page("form_map")
    app.segmented_control[0].set_value("athlete").run()

    assert_healthy(app)
    assert len(app.get("plotly_chart")) == 1
    purity = app.metric[0]
    assert purity.label == text.FormMap.PURITY
    # Each run's five neighbours are its athlete's two others and the three runs of the other athlete.
    assert purity.value == "40 %"


def test_a_value_that_no_run_has_gives_no_purity(open_page: OpenPage, six_runs: None) -> None:
    app = open_page("form_map")

    assert app.metric[0].value == text.Common.NOT_MEASURED
    assert text.FormMap.PURITY_NONE in all_text(app)
