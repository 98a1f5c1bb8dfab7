"""Every metric says what it is, and names only checks and tables that there are."""

from __future__ import annotations

import pytest

from runform.gait.checks import CHECKS
from runform.gait.definitions import DEFINITIONS, MetricDefinition
from runform.gait.metrics import compute_metrics
from runform.gait.report import MEANINGLESS_WITHOUT
from runform.gait.systematic import SYSTEMATIC, compute_systematic


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS.keys())
def test_a_definition_is_whole(definition: MetricDefinition) -> None:
    assert definition.definition.endswith(".")
    assert definition.source
    assert definition.unit
    assert {"running", "steady_stride"} <= set(definition.needs) <= CHECKS.keys()
    assert len(set(definition.needs)) == len(definition.needs)


def test_the_report_refuses_by_checks_there_are() -> None:
    assert CHECKS.keys() >= MEANINGLESS_WITHOUT


def test_a_clip_without_strides_has_every_metric_and_no_value() -> None:
    metrics = compute_metrics(None, (), (), None, float("nan"))

    assert list(metrics) == list(DEFINITIONS)
    assert all(metric.n == 0 and metric.unit == DEFINITIONS[name].unit for name, metric in metrics.items())


def test_the_shared_error_joins_its_parts() -> None:
    assert compute_systematic("step_time", 60.0) == 0.0
    assert compute_systematic("step_time", 60.0, one_side=True) == SYSTEMATIC["step_time"].side
    assert compute_systematic("trunk_lean", 60.0, one_side=True) == SYSTEMATIC["trunk_lean"].both
    assert compute_systematic("speed_stated", 60.0, 4.0) == pytest.approx(4.0 * SYSTEMATIC["speed_stated"].relative)


def test_the_shared_error_of_times_may_grow_with_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    from runform.gait.systematic import SystematicError

    monkeypatch.setitem(SYSTEMATIC, "stride_time", SystematicError(both=0.03, frames=1.2))

    assert compute_systematic("stride_time", 30.0) == pytest.approx(0.05)
    assert compute_systematic("stride_time", 300.0) == pytest.approx(0.0303, abs=1e-4)
