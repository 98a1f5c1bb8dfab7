"""Figures of one run's contacts: when each foot is on the ground, and the leg at each landing beside its limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from runform.report.colours import LIMIT_COLOUR, SIDE_COLOURS, SIDE_MARKERS
from runform.report.layout import style_figure
from runform.sequences import SIDES, Contact, ContactGeometry

_FAINT = 0.4
PANELS: dict[str, str] = {
    "ankle_ahead": "Ankle ahead of hip (leg lengths)",
    "shank_angle_deg": "Shank angle (°)",
    "knee_flexion_deg": "Knee flexion (°)",
}
"""Field of `ContactGeometry` -> title of its panel."""


def contact_timeline(contacts: Sequence[Contact], end_s: float | None = None, *, height: int = 190) -> go.Figure:
    """One row per foot with a bar for each of its contacts.

    Args:
        contacts: The clip's contacts.
        end_s: The clip's end, seconds of real time. None: the last event. A contact without toe-off is drawn faintly,
            to here or as long as that foot's usual contact, whichever comes first.
        height: px.
    """
    events = [t for c in contacts for t in (c.initial_contact_s, c.toe_off_s) if math.isfinite(t)]
    end = end_s if end_s is not None else max(events, default=0.0)
    figure = go.Figure()
    for side in reversed(SIDES):  # the first row is drawn lowest
        own = [contact for contact in contacts if contact.side == side]
        usual = _compute_usual_length(own)
        lengths = [_length_of(contact, usual, end) for contact in own]
        figure.add_bar(
            orientation="h",
            y=[side] * len(own),
            base=[contact.initial_contact_s for contact in own],
            x=lengths,
            name=side,
            marker={
                "color": SIDE_COLOURS[side],
                "line": {"width": 0},
                "opacity": [1.0 if math.isfinite(contact.toe_off_s) else _FAINT for contact in own],
            },
            hovertext=[_describe_contact(contact, usual, end) for contact in own],
            hoverinfo="text",
        )
    style_figure(figure, height)
    figure.update_layout(showlegend=False, barmode="overlay", bargap=0.35)
    figure.update_xaxes(title="s", range=[0, end])
    figure.update_yaxes(fixedrange=True, showgrid=False)
    return figure


def overstride_evidence(
    geometry: Sequence[ContactGeometry], thresholds: Mapping[str, Mapping[str, Any]], *, height: int = 480
) -> go.Figure:
    """The leg at every landing, one panel per quantity, with the limit and the side beyond it shaded.

    Args:
        geometry: The leg at each initial contact; NaN values leave a gap.
        thresholds: Quantity -> {value, unit, beyond, status, source} as `GeometryOpinion` carries them; a quantity
            without an entry is drawn without a limit.
        height: px.
    """
    figure = make_subplots(
        rows=len(PANELS), cols=1, shared_xaxes=True, vertical_spacing=0.09, subplot_titles=list(PANELS.values())
    )
    for row, name in enumerate(PANELS, start=1):
        for side in SIDES:
            own = [step for step in geometry if step.side == side]
            figure.add_scatter(
                row=row,
                col=1,
                x=[step.time_s for step in own],
                y=[getattr(step, name) for step in own],
                mode="markers",
                name=side,
                legendgroup=side,
                showlegend=row == 1,
                marker={"color": SIDE_COLOURS[side], "symbol": SIDE_MARKERS[side], "size": 9},
                hovertemplate=f"{side}, %{{x:.2f}} s: %{{y:.2f}}<extra></extra>",
            )
        measured = [getattr(step, name) for step in geometry]
        _draw_limit(figure, row, [value for value in measured if math.isfinite(value)], thresholds.get(name))
    style_figure(figure, height)
    figure.update_layout(legend={"y": -0.1})
    figure.update_xaxes(title="s", row=len(PANELS), col=1)
    figure.update_annotations(font={"size": 13}, x=0, xanchor="left", selector={"xref": "paper"})
    return figure


def _draw_limit(figure: go.Figure, row: int, measured: Sequence[float], limit: Mapping[str, Any] | None) -> None:
    """A dashed line at the limit, the side beyond it shaded, and a scale that shows both it and the measurements."""
    shown = [*measured, float(limit["value"])] if limit is not None else list(measured)
    if not shown:
        return
    pad = 0.15 * float(np.ptp(shown)) or 0.1 * abs(shown[0]) or 1.0
    low, high = min(shown) - pad, max(shown) + pad
    figure.update_yaxes(range=[low, high], row=row, col=1)
    if limit is None:
        return
    value = float(limit["value"])
    figure.add_hline(value, row=row, col=1, line={"color": LIMIT_COLOUR, "dash": "dash", "width": 1.5})
    beyond = limit.get("beyond")
    if beyond is not None:
        edge = high if beyond == "above" else low
        figure.add_hrect(value, edge, row=row, col=1, fillcolor=LIMIT_COLOUR, opacity=0.12, line_width=0)


def _compute_usual_length(contacts: Sequence[Contact]) -> float:
    """Median time on the ground of one foot's contacts, seconds; infinite where no toe-off is known."""
    lengths = [c.toe_off_s - c.initial_contact_s for c in contacts if math.isfinite(c.toe_off_s)]
    return float(np.median(lengths)) if lengths else math.inf


def _length_of(contact: Contact, usual: float, end: float) -> float:
    """How long a contact is drawn, seconds."""
    if math.isfinite(contact.toe_off_s):
        return contact.toe_off_s - contact.initial_contact_s
    return min(usual, end - contact.initial_contact_s)


def _describe_contact(contact: Contact, usual: float, end: float) -> str:
    """A contact in words."""
    begins = f"{contact.side}: initial contact {contact.initial_contact_s:.3f} s"
    if not math.isfinite(contact.toe_off_s):
        lost = contact.initial_contact_s + usual < end
        return f"{begins}<br>" + ("toe-off not seen" if lost else "still on the ground at the clip's end")
    lasts = 1000 * (contact.toe_off_s - contact.initial_contact_s)
    errors = [contact.plus_minus_s, contact.toe_off_plus_minus_s]
    events = " and ".join(f"± {1000 * error:.0f} ms" for error in errors if math.isfinite(error))
    return f"{begins}<br>toe-off {contact.toe_off_s:.3f} s<br>{lasts:.0f} ms on the ground, events {events}"
