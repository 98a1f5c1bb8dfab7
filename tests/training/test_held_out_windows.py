from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from runform.errors import InputError
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from runform.training.cmu_motion import Motion
from runform.training.held_out_windows import HeldOutWindows


@pytest.fixture
def motions(made_up_motions: tuple[Motion, ...]) -> tuple[Motion, ...]:
    virtual = replace(made_up_motions[2], action="virtual_running")
    return (virtual, made_up_motions[3], made_up_motions[0])


def test_the_truth_has_no_error_and_nothing_the_bodys_size(motions: tuple[Motion, ...]) -> None:
    held_out = HeldOutWindows(motions, HUMAN36M_FEET_21, 20, 8)
    targets = iter([batch.targets for batch in held_out._batches.values()])
    assert held_out.measure(lambda windows: torch.from_numpy(next(targets) + 3.0)).mean_mm == pytest.approx(0, abs=1e-3)
    nothing = held_out.measure(lambda windows: torch.zeros(*windows.shape))
    from_root = np.linalg.norm(motions[0].joints - motions[0].joints[:, :1], axis=-1).mean()
    assert nothing.mean_mm == pytest.approx(1000 * from_root, rel=0.1)


def test_groups_share_the_windows_as_in_training(motions: tuple[Motion, ...]) -> None:
    seen: list[int] = []

    def count(windows: npt.NDArray[np.float32]) -> torch.Tensor:
        seen.append(len(windows))
        return torch.zeros(*windows.shape)

    error = HeldOutWindows(motions, HUMAN36M_17, 24, 8).measure(count)
    assert error.by_group_mm.keys() == {"captured runs", "other motion", "virtual runners"}
    # Shares 0.16, 0.05 and 0.52; no more than 16 at once.
    assert seen == [5, 2, 16, 1]
    assert error.mean_mm == pytest.approx(np.average(list(error.by_group_mm.values()), weights=[5, 2, 17]), rel=1e-6)


def test_the_same_motions_give_the_same_windows(motions: tuple[Motion, ...]) -> None:
    one, other = (HeldOutWindows(motions, HUMAN36M_17, 6, 8) for _ in range(2))
    for name, batch in one._batches.items():
        np.testing.assert_array_equal(batch.inputs, other._batches[name].inputs)


def test_no_motion_is_refused() -> None:
    with pytest.raises(InputError, match="choose weights"):
        HeldOutWindows((), HUMAN36M_17, 6, 8)
