from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.contact_learning.comparison import TUNING_RUNS, compare_contact_methods
from runform.training.contact_learning.floor_line import fit_floor_line
from runform.training.contact_learning.network import NetworkConfig
from runform.training.contact_learning.training import ContactRecipe
from runform.training.contact_learning.viewed_clips import ViewedClip, score_clips
from runform.training.contact_methods import FloorLineMethod, GeometricMethod
from runform.training.force_runs import TrueContact
from tests.fixtures.motions import make_known_run

TINY = ContactRecipe(network=NetworkConfig(width=8, dilations=(1, 2)), clips=2, steps=30, batch=8, warm_up=5)


def _view(seconds: float = 6.0) -> ViewedClip:
    run = make_known_run(fps=60.0, seconds=seconds)
    contacts = tuple(TrueContact(*contact) for contact in run.contacts)
    return ViewedClip("made up", "nobody", 60.0, 0.0, run.keypoints, -1, contacts)


def test_the_floor_line_is_set_to_the_least_error() -> None:
    clips = (_view(),)

    best = fit_floor_line(clips)

    def measure(method: FloorLineMethod) -> float:
        errors = score_clips(method, clips)
        assert (errors.missed, errors.false) == ((), ())
        return float(np.mean(np.abs([errors.initial_contact_s, errors.toe_off_s])))

    assert measure(best) <= min(measure(FloorLineMethod(p, m)) for p in (5.0, 10.0) for m in (0.02, 0.04))


def test_clips_are_scored_together() -> None:
    one, two = score_clips(GeometricMethod(), (_view(),)), score_clips(GeometricMethod(), (_view(), _view(4.0)))

    assert two.total > one.total > 10
    assert two.matched[: len(one.matched)] == one.matched


def test_every_method_is_judged_on_runners_it_never_learned_from(mocap_dir: Path) -> None:
    table = compare_contact_methods(mocap_dir, frame_rates=(60.0,), yaws_deg=(10.0,), repeats=1, recipe=TINY)

    runs = {row["run"] for row in table["rows"]}
    methods = {row["method"] for row in table["rows"]}
    assert runs == {"rbds001 2.5 m/s", "hamner04 2 m/s", "hamner04 4 m/s"}
    assert not runs & set(TUNING_RUNS)
    assert methods >= {"geometric", "floor line", "random forest", "perceptron", "network"}
    assert len(table["rows"]) == len(table["summary"]) == len(runs) * len(methods)
    for row in table["summary"]:
        assert row["contacts"] > 10
        assert row["seconds_per_clip"] > 0


def test_one_subject_is_too_few(tmp_path: Path, mocap_dir: Path) -> None:
    (tmp_path / "rbds001").symlink_to(mocap_dir / "rbds001")

    with pytest.raises(InputError, match="without rbds001"):
        compare_contact_methods(tmp_path, recipe=TINY)
