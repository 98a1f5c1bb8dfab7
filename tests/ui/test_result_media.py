from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.report.standing import CameraTilt
from runform.results import AnalysisOptions
from runform.ui import text
from runform.ui.result_media import describe_joints
from tests.fixtures.analyses import make_analysis
from tests.fixtures.standing import make_runner

RUNNER = make_runner(np.arange(3) / 30)
WORDS = text.Result


def test_it_says_what_3d_is_for_and_which_models_made_it() -> None:
    analysis = make_analysis()
    made = replace(analysis, versions=analysis.versions | {"joints_3d": "lite_7 0123abcd", "feet_3d": "tcn 4567abcd"})
    said = describe_joints(made, RUNNER)
    assert said.startswith(WORDS.JOINTS_NOTE)
    assert said.endswith("Lifted by lite\\_7, the feet by tcn.")
    one = replace(analysis, versions={"joints_3d": "tcn 4567abcd", "feet_3d": "tcn 4567abcd"})
    assert describe_joints(one, RUNNER).endswith("Lifted by tcn.")


def test_a_record_of_an_earlier_version_names_the_model_of_its_form() -> None:
    analysis = make_analysis()
    assert analysis.embedding is not None
    assert describe_joints(analysis, RUNNER).endswith(f"Lifted by {analysis.embedding.model}.")
    assert describe_joints(replace(analysis, embedding=None), RUNNER) == WORDS.JOINTS_NOTE


def test_leg_lengths_ask_for_the_height_where_none_was_given() -> None:
    legs = replace(RUNNER, unit="leg lengths")
    analysis = make_analysis()
    assert WORDS.JOINTS_LEG_LENGTHS not in describe_joints(analysis, legs)
    without = replace(analysis, options=AnalysisOptions())
    assert WORDS.JOINTS_LEG_LENGTHS in describe_joints(without, legs)
    assert WORDS.JOINTS_LEG_LENGTHS not in describe_joints(without, RUNNER)


@pytest.mark.parametrize(("down_deg", "way"), [(6.4, WORDS.JOINTS_DOWN), (-6.4, WORDS.JOINTS_UP)])
def test_the_camera_s_tilt_is_told_with_its_error(down_deg: float, way: str) -> None:
    said = describe_joints(make_analysis(), replace(RUNNER, tilt=CameraTilt(down_deg, -1.6, 3.2, 2.7)))
    assert f"6\u00a0±\u00a03° {way} and 2\u00a0±\u00a03° to the side." in said


def test_a_camera_that_was_taken_as_level_says_why() -> None:
    said = describe_joints(make_analysis(), replace(RUNNER, tilt=CameraTilt(reason="The legs do not swing.")))
    assert "The legs do not swing. The camera is taken as level." in said
