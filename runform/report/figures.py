"""Every figure of the app, by name; each is drawn in the module it comes from."""

from __future__ import annotations

from runform.report.collection_figures import form_map_figure, metric_history, similarity_bars
from runform.report.contact_figures import contact_timeline, overstride_evidence
from runform.report.skeleton_figure import skeleton_3d

__all__ = [
    "contact_timeline",
    "form_map_figure",
    "metric_history",
    "overstride_evidence",
    "similarity_bars",
    "skeleton_3d",
]
