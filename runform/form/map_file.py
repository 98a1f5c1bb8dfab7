"""A form map on disk: a cache that may be deleted at any time, for the map can be laid out again."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import save

from runform.errors import ShapeError
from runform.form.form_map import FormMap
from runform.form.map_reduction import Reduction

_LOG = logging.getLogger(__name__)

FORMAT = "1"
"""Maps of another format are laid out anew."""


def save_form_map(form_map: FormMap, file: Path) -> None:
    """Write a map, whole or not at all.

    Args:
        form_map: What to write.
        file: Where to; its folder is made where it is absent.

    Raises:
        OSError: It cannot be written.
    """
    arrays = {
        "positions": form_map.positions,
        "reduced": form_map.reduced,
        "forms": form_map.forms,
        "placed": form_map.placed.astype(np.uint8),
        "mean": form_map.reduction.mean,
        "scale": form_map.reduction.scale,
        "components": form_map.reduction.components,
    }
    metadata = {
        "format": FORMAT,
        "model_sha256": form_map.model_sha256,
        "ids": json.dumps(form_map.ids),
        "space": form_map.space,
        "seed": str(form_map.seed),
        "perplexity": repr(form_map.perplexity),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_bytes(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata=metadata))
    part.replace(file)


def load_form_map(file: Path) -> FormMap | None:
    """Read a map; None where there is none, or none that this program can read (which the log then says)."""
    if not file.is_file():
        return None
    try:
        with safetensors.safe_open(file, framework="np") as opened:
            said = opened.metadata() or {}
            if said.get("format") != FORMAT:
                _LOG.warning("%s has another format; the form map is laid out anew.", file.name)
                return None
            array = opened.get_tensor
            return FormMap(
                model_sha256=said["model_sha256"],
                ids=tuple(json.loads(said["ids"])),
                positions=array("positions"),
                reduced=array("reduced"),
                forms=array("forms"),
                placed=array("placed").astype(np.bool_),
                reduction=Reduction(array("mean"), array("scale"), array("components")),
                space=said["space"],
                seed=int(said["seed"]),
                perplexity=float(said["perplexity"]),
            )
    except (safetensors.SafetensorError, OSError, KeyError, ValueError, ShapeError) as error:
        _LOG.warning("%s is damaged (%s); the form map is laid out anew.", file.name, error)
        return None
