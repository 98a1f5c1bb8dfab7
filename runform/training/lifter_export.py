"""Turns a training run into what is shipped: weights as safetensors and a model card with measured errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from runform.errors import WeightsError
from runform.lifting.checkpoints import load_safetensors, save_safetensors
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.lifter import SHIPPED_FILE, SHIPPED_LIFTER, Lifter
from runform.progress import Progress
from runform.training.cmu_motion import HELD_OUT_PREFIXES
from runform.training.lifter_evaluation import evaluate_lifting
from runform.training.lifter_training import BEST_FILE, LOG_FILE, STATE_FILE

DATA = "CMU Graphics Lab Motion Capture Database (mocap.cs.cmu.edu) through virtual cameras and a virtual detector"
LICENCE = "Apache-2.0"

_CARD = """# {name}

Lifts 17 2D joints (Human3.6M order) of one runner to 3D, and gives the 512 numbers per joint and frame that RunForm's
form embedding is made of. File: `{file}` (float16), sha256
`{sha256}`.

## What it is

The DSTFormer of MotionBERT (Zhu and others, ICCV 2023) at MotionBERT-Lite's sizes, {parameters:,} parameters, trained
from nothing by this project; no public weights are in it. It reads windows of {window} frames at about 30 frames/s,
each normalised by its own square box.

## Data and licence

{data}.
The database may be used freely, in products too; its raw data may not be resold. "The data used in this project was
obtained from mocap.cs.cmu.edu. The database was created with funding from NSF EIA-0196217." The weights are under
{licence}, as the rest of this project.

157 sequences on two bodies, of which six run, for a second and a half each. Sequences whose names begin with
{held_out} were never trained on. Bodies and postures are varied in training; nose and eyes are placed
by rule, since the capture has no face.

## Recipe

Seed {seed}, {steps:,} batches, {hours:.2f} hours on {machine}, commit {commit}. The kept weights
are a running mean, chosen by the error on held-out windows, at batch {best_step:,}.

```json
{recipe}
```

## How it does

Held-out sequences, their first 10 s at 30 frames/s, seen from a camera on either side, through the same virtual
detector noise as in training (`python -m runform evaluate lifting`). Errors in mm: MPJPE after one scale per sequence,
N-MPJPE after one per frame, P-MPJPE after the best turn as well; the camera's distance is taken as known. "flat" is the
2D joints with no depth at all, the least that a lifter must beat.

{table}

## What to know

- A short training: better weights will replace these, and embeddings of different weights are never compared.
- The errors flatter: held-out sequences are on the bodies trained on, the detector's noise is the training's own, and
  the same sequences chose the weights. A stranger before a real detector will come out worse.
- Depth from one side view is a guess about what is hidden. The 3D joints are for looking; angles come from the 2D view.
- Running is known from seven seconds of capture and what was varied of it.
"""


def export_lifter(
    run: Path,
    mocap_dir: Path,
    models_dir: Path,
    *,
    commit: str,
    machine: str,
    seed: int = 0,
    progress: Progress | None = None,
) -> Path:
    """Write the best weights of a training run and their model card.

    Args:
        run: Folder that `train_lifter` wrote.
        mocap_dir: Folder with cmu.npz, to measure on.
        models_dir: Where to.
        commit: The code that trained it.
        machine: What it was trained on, for the card.
        seed: That was trained with.
        progress: Told while measuring.

    Returns:
        The weights file; the card lies beside it with the ending .md.

    Raises:
        WeightsError: The folder holds no finished evaluation.
    """
    if not (run / BEST_FILE).is_file():
        raise WeightsError(f"There are no weights in {run} to export.", "Train a lifter into it first.")
    state = torch.load(run / STATE_FILE, map_location="cpu", weights_only=True)
    best = torch.load(run / BEST_FILE, map_location="cpu", weights_only=True)
    recipe = json.loads(state["recipe"])
    model = DSTFormer(DSTFormerConfig(**recipe["model"]))
    model.load_state_dict(best["model_pos"])
    log = [json.loads(line) for line in (run / LOG_FILE).read_text().splitlines()]
    window = recipe["phases"][-1]["frames"]
    file = models_dir / SHIPPED_FILE
    described = {"data": DATA, "licence": LICENCE, "commit": commit, "hours": f"{log[-1]['hours']:.2f}"}
    save_safetensors(model, file, name=SHIPPED_LIFTER, window=window, metadata=described)

    loaded = load_safetensors(file)
    rows = evaluate_lifting(mocap_dir, Lifter(loaded), progress=progress)["rows"]
    card = _CARD.format(
        name=loaded.name,
        file=file.name,
        sha256=loaded.sha256,
        parameters=sum(value.numel() for value in model.parameters()),
        window=window,
        data=DATA,
        licence=LICENCE,
        held_out=" or ".join(f"`{prefix}`" for prefix in HELD_OUT_PREFIXES),
        seed=seed,
        steps=state["step"],
        hours=log[-1]["hours"],
        commit=commit,
        machine=machine,
        best_step=best["step"],
        recipe=json.dumps(recipe, indent=2),
        table=_format_table(rows),
    )
    file.with_suffix(".md").write_text(card)
    return file


def _format_table(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table."""
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns)]
    lines += [[f"{v:.1f}" if isinstance(v, float) else str(v) for v in row.values()] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
