"""Two runners' mean strides drawn in phase: played, stepped, scrubbed, side by side or laid over one another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, find_bone_side
from runform.report.stride_poses import StridePoses
from runform.ui import router, text

_SLOWER = 2  # half of life's speed, as the runner in 3D plays
_NAME = "phase_viewer"


def show_phase_viewer(runners: Sequence[tuple[str, StridePoses]], *, key: str) -> None:
    """The viewer.

    Args:
        runners: Name and stride of each, of one number of poses; the first one's stride gives the time.
        key: Of the viewer.
    """
    html, css, js = _read_parts()
    # Registered with every call: what was registered is gone when a process starts another server, as tests do.
    viewer = st.components.v2.component(_NAME, html=html, css=css, js=js)
    viewer(data=describe_runners(runners), key=key)


@lru_cache(maxsize=1)
def _read_parts() -> tuple[str, str, str]:
    """HTML, CSS and JavaScript, files beside the app's other ones."""
    html, css, js = ((router.ASSETS / f"{_NAME}.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return html, css, js


def describe_runners(runners: Sequence[tuple[str, StridePoses]]) -> dict[str, Any]:
    """What the viewer draws, as JSON: millimetres of a leg a metre long are fine enough."""
    words = text.PhaseViewer
    reach = np.concatenate([poses.xyz.reshape(-1, 3) for _, poses in runners])
    names = " / ".join(name for name, _ in runners)
    return {
        "runners": [_describe(name, poses) for name, poses in runners],
        "colours": {**SIDE_COLOURS, "trunk": CENTRE_COLOUR},
        "cycle_ms": 1000 * _SLOWER * runners[0][1].stride_s,
        "tall": float(np.nanmax(reach[:, 1])),
        "wide": 2 * float(np.nanmax(np.abs(reach[:, [0, 2]]))),
        "words": {
            "play": words.PLAY,
            "pause": words.PAUSE,
            "back": words.BACK,
            "next": words.NEXT,
            "scrub": words.SCRUB,
            "percent": words.PERCENT,
            "landing": words.LANDING,
            "overlay": words.OVERLAY,
            "from": words.FROM,
            "views": words.VIEWS,
            "picture": words.PICTURE.format(names=names),
        },
    }


def _describe(name: str, poses: StridePoses) -> dict[str, Any]:
    """One runner; a joint that is not known is null."""
    known = np.isfinite(poses.xyz).all(axis=2)  # (P, J)
    rounded = np.nan_to_num(poses.xyz).round(3).tolist()
    index = poses.skeleton.index
    return {
        "name": name,
        "poses": [
            [joint if seen else None for joint, seen in zip(pose, row, strict=True)]
            for pose, row in zip(rounded, known.tolist(), strict=True)
        ],
        "bones": [
            {"ends": [index[start], index[end]], "part": find_bone_side(start, end) or "trunk"}
            for start, end in poses.skeleton.bones
        ],
    }
