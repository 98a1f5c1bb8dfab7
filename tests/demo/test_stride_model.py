import json

import numpy as np
import pytest

from runform.demo.stride_model import COEFFICIENTS_FILE, FourierSeries, load_stride_curves


def test_a_series_is_its_formula_and_repeats_every_stride() -> None:
    series = FourierSeries(1.0, np.array([2.0, 0.0]), np.array([0.0, 3.0]))
    np.testing.assert_allclose(series(np.array([0.0, 0.125, 0.5])), [3.0, 1 + 2 * np.sqrt(0.5) + 3.0, -1.0])
    phase = np.linspace(-1, 1, 41)
    np.testing.assert_allclose(series(phase), series(phase + 3), atol=1e-9)


def test_the_stride_is_a_runners() -> None:
    curves = load_stride_curves()
    phase = np.arange(100) / 100
    knee, ankle, hip = curves.knee(phase), curves.ankle(phase), curves.hip(phase)
    # A runner's knee bends to about 40 degrees in stance and 90 in swing, is bent slightly at contact.
    assert 35 < knee[:30].max() < 45
    assert 80 < knee.max() < 100
    assert 60 < np.argmax(knee) < 75
    assert 5 < knee[0] < 20
    # Dorsiflexed in mid-stance, plantarflexed after toe-off; the thigh is foremost in late swing.
    assert 10 < np.argmax(ankle) < 28
    assert 36 < np.argmin(ankle) < 55
    assert 75 < np.argmax(hip) < 90


def test_the_table_names_its_sources_and_their_licence() -> None:
    table = json.loads(COEFFICIENTS_FILE.read_text())
    assert [source["licence"] for source in table["sources"]] == ["CC BY 4.0", "CC BY 4.0"]
    assert "Fukuchi" in table["sources"][0]["who"]
    assert "Ferber" in table["sources"][1]["who"]
    assert table["runners"] == pytest.approx(46)
