from __future__ import annotations

import math

from runform.results import Check, Metric, Reference
from runform.ui import text
from runform.ui.result_numbers import explain_missing, make_metric_table
from tests.fixtures.analyses import make_analysis

NAN = float("nan")
MISSING = Metric("flight_time", NAN, "s", NAN, 0)


def test_a_refusal_explains_a_missing_metric_before_a_warning() -> None:
    warn = Check("light", "warn", "The picture is dark.")
    refuse = Check("running", "refuse", "This is walking.")

    assert explain_missing([MISSING], [warn, refuse]) == "Not measured: flight time. This is walking."
    assert explain_missing([MISSING], [warn]) == "Not measured: flight time. The picture is dark."
    assert explain_missing([MISSING], []) == f"Not measured: flight time. {text.Metrics.WHY_NO_STEPS}"


def test_the_table_never_shows_nan() -> None:
    table = make_metric_table(make_analysis(refused=True).gait.metrics.values())

    assert "nan" not in table.to_string().lower()
    assert table.loc["Flight time (ms)", text.Metrics.COLUMN_VALUE] == text.Common.NOT_MEASURED


def test_a_row_reads_in_the_units_of_its_label_and_marks_conventions() -> None:
    reference = Reference(0.2, 0.32, "convention", "typical of easy running")
    contact = Metric("ground_contact_time", 0.2437, "s", 0.036, 34, 0.2571, 0.2303, reference)
    cadence = Metric("cadence", 173.4, "steps/min", math.inf, 1)

    table = make_metric_table([contact, cadence])

    assert table.index.tolist() == ["Ground contact time (ms)", "Cadence (steps/min)"]
    assert table.iloc[0].tolist() == ["244 ± 36", "257", "230", "34", "200 to 320 *"]
    assert table.iloc[1].tolist() == ["173", "–", "–", "1", "–"]
