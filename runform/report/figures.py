"""Every figure of the app, by name; each is drawn in the module it comes from."""

from __future__ import annotations

from runform.report.box_figure import box_figure
from runform.report.collection_figures import metric_history, similarity_bars
from runform.report.contact_figures import contact_timeline, overstride_evidence
from runform.report.cycle_figure import cycle_figure
from runform.report.map_figure import form_map_figure, form_map_number_figure
from runform.report.repair_figures import keypoint_path, repair_timeline
from runform.report.skeleton_figure import skeleton_3d
from runform.report.step_figure import step_figure

__all__ = [
    "box_figure",
    "contact_timeline",
    "cycle_figure",
    "form_map_figure",
    "form_map_number_figure",
    "keypoint_path",
    "metric_history",
    "overstride_evidence",
    "repair_timeline",
    "similarity_bars",
    "skeleton_3d",
    "step_figure",
]
