"""The renderer's judge: a pose model trained on photographs finds the virtual runner and tells its legs apart."""

from pathlib import Path

import numpy as np
import pytest

from runform.demo.render import write_demo
from runform.demo.truth import read_truth
from runform.pose.blazepose import BlazePose
from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.estimator import Sight
from runform.sequences import Side
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import read_frames


@pytest.mark.parametrize("view", ["right", "left"])
def test_blazepose_finds_the_runner_and_its_feet(tmp_path: Path, view: Side) -> None:
    """The likeliest answer to each picture by itself; the clip, which would choose among the rivals, is left out."""
    clip = tmp_path / "clip.mp4"
    write_demo(clip, seconds=1.0, width=360, height=640, view=view)
    truth = read_truth(clip.with_suffix(".json")).to_keypoints()
    body_px = np.ptp(truth.xy_px[..., 1], axis=1).max()
    detector, session = BlazePersonDetector(), BlazePose().start()
    finds = [(frame, detector.find(frame.rgb, None)) for frame in read_frames(clip)]
    seen = [frame.index for frame, people in finds if len(people) == 1]
    assert len(seen) >= 0.95 * len(finds)
    answers = session.estimate([Sight(frame.rgb, people[0].box) for frame, people in finds if len(people) == 1])
    assert all(answers)
    keypoints = np.stack([rivals[0].xy_px for rivals in answers])
    for joint in ("knee", "ankle", "heel", "toe"):
        for side, other in (("left", "right"), ("right", "left")):
            xy = keypoints[:, BLAZEPOSE_33.index[f"{side}_{joint}"]]
            error = np.linalg.norm(xy - truth.xy(f"{side}_{joint}")[seen], axis=1)
            swapped = np.linalg.norm(xy - truth.xy(f"{other}_{joint}")[seen], axis=1)
            assert np.median(error) < 0.04 * body_px, (side, joint)
            assert np.mean(swapped < error) < 0.25, (side, joint)
