import json
from pathlib import Path

import numpy as np
import pytest

from runform.demo.fit_stride_curves import (
    DECIMALS,
    compute_mean_curves,
    fit_fourier,
    fit_table,
    read_sagittal_curves,
)
from runform.demo.stride_model import COEFFICIENTS_FILE, FourierSeries, load_stride_curves
from runform.errors import InputError

HEADER = "hip_X\thip_Y\thip_Z\tknee_X\tknee_Y\tknee_Z\tankle_X\tankle_Y\tankle_Z"


def test_fit_finds_the_coefficients_a_curve_was_made_with() -> None:
    made = FourierSeries(3.0, np.array([5.0, -1.0]), np.array([0.5, 2.0]))
    mean, cosine, sine = fit_fourier(made(np.linspace(0, 1, 101)), 2)
    assert mean == pytest.approx(3.0)
    np.testing.assert_allclose(cosine, made.cosine, atol=1e-9)
    np.testing.assert_allclose(sine, made.sine, atol=1e-9)


def test_a_single_stride_with_an_unnamed_first_column_is_read_by_its_names(tmp_path: Path) -> None:
    rows = ["\t" + "\t".join(str(10 * column + row / 1000) for column in range(1, 10)) for row in range(101)]
    file = tmp_path / "RBDS99angs.txt"
    file.write_text("\n".join([HEADER, *rows]))
    curves = read_sagittal_curves(file)
    assert curves["hip"][0] == pytest.approx(-30.0)
    assert curves["knee"][0] == pytest.approx(60.0)
    assert curves["ankle"][100] == pytest.approx(-90.1)


def test_several_strides_give_their_median(tmp_path: Path) -> None:
    names = "Time\t" + "\t".join(f"Hip_Z_{n}\tKnee_Z_{n}\tAnkle_Z_{n}" for n in (1, 2, 3))
    row = "0\t-1\t10\t0\t-2\t20\t0\t-99\t30\t0"
    file = tmp_path / "RIC99angs.txt"
    file.write_text("\n".join([names, *[row] * 101]))
    curves = read_sagittal_curves(file)
    assert curves["hip"][50] == pytest.approx(2.0)
    assert curves["knee"][50] == pytest.approx(20.0)


@pytest.mark.parametrize(("text", "reason"), [(HEADER, "0 rows"), ("a\tb\n" + "1\t2\n" * 101, "no column hip_Z")])
def test_a_file_that_is_no_stride_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "RBDS99angs.txt"
    file.write_text(text)
    with pytest.raises(InputError, match=reason):
        read_sagittal_curves(file)


def test_a_folder_without_curves_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no stride curves"):
        compute_mean_curves(tmp_path)


def test_the_committed_table_is_what_the_curves_give(mocap_dir: Path) -> None:
    refit = fit_table(mocap_dir / "running_angles")
    committed = json.loads(COEFFICIENTS_FILE.read_text())
    assert committed["runners"] == refit["runners"] == 46
    assert committed["sources"] == refit["sources"]
    refit_joints = refit["joints"]
    assert isinstance(refit_joints, dict)
    for joint, entry in committed["joints"].items():
        for part in ("mean", "cosine", "sine"):
            np.testing.assert_allclose(entry[part], refit_joints[joint][part], atol=1.5 * 10**-DECIMALS)


def test_the_series_follows_the_published_means(mocap_dir: Path) -> None:
    curves, _ = compute_mean_curves(mocap_dir / "running_angles")
    fitted = load_stride_curves()
    phase = np.linspace(0, 1, 101)
    for joint, curve in curves.items():
        error = getattr(fitted, joint)(phase) - curve
        assert np.sqrt(np.mean(error**2)) < 0.2, joint
