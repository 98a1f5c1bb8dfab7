"""A trained contact network as files: weights as safetensors, what they are as JSON, and a model card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError

from runform.errors import WeightsError
from runform.hashing import compute_sha256
from runform.training.contact_learning.network import ContactNetwork, NetworkConfig
from runform.training.contact_learning.signals import GRID_HZ, PARTS

WEIGHTS_FILE = "contact_network.safetensors"

_CARD = """# Contact network

Tells for every moment of a side view whether a foot is on the ground. File: `{file}` (float32), sha256
`{sha256}`.

## What it is

Residual convolutions over time, {parameters:,} parameters, trained from nothing by this project. It reads
{window:.2f} s of {parts} of both legs relative to the hips, in leg lengths, at {grid:.0f} Hz, and gives the probability
of contact; initial contact and toe-off are where that passes one half.

## Data and licence

{runs}. Runs with force plates: RBDS001 of Fukuchi, Fukuchi and Duarte (2017), CC BY 4.0, and subject 4 of Hamner and
Delp (2013). The others, of the CMU Graphics Lab Motion Capture Database ("The data used in this project was obtained
from mocap.cs.cmu.edu. The database was created with funding from NSF EIA-0196217.") and a sprinter, teach nothing near
the events. All were filmed by virtual cameras and damaged as poor detectors do. The weights are under Apache-2.0, as
the rest of this project.

## Recipe

Seed {seed}, {step:,} batches.

```json
{recipe}
```

## What to know

- It has seen the events of two runners at most. Runners differ in how their foot moves when the force begins and ends,
  by 10 to 40 ms, and the network takes everyone for those it knows.
- RunForm does not use it on clips: see the table of `compare_contact_methods`.
"""


def save_network(network: ContactNetwork, folder: Path, about: Mapping[str, Any]) -> Path:
    """Write weights, JSON and card.

    Args:
        network: Whose weights.
        folder: Where to.
        about: seed, step, recipe and runs (names) of the training.

    Returns:
        The weights file.
    """
    file = folder / WEIGHTS_FILE
    part = file.with_name(file.name + ".part")
    part.write_bytes(safetensors.torch.save({name: value.contiguous() for name, value in network.state_dict().items()}))
    part.replace(file)
    described = {"network": asdict(network.config), "grid_hz": GRID_HZ, "parts": PARTS, "sha256": compute_sha256(file)}
    file.with_suffix(".json").write_text(json.dumps(described | dict(about), indent=2) + "\n", encoding="utf-8")
    card = _CARD.format(
        file=file.name,
        sha256=described["sha256"],
        parameters=sum(value.numel() for value in network.parameters()),
        window=(2 * network.config.reach + 1) / GRID_HZ,
        parts=", ".join(PARTS),
        grid=GRID_HZ,
        runs=", ".join(about["runs"]),
        seed=about["seed"],
        step=about["step"],
        recipe=json.dumps(about["recipe"], indent=2),
    )
    file.with_suffix(".md").write_text(card, encoding="utf-8")
    return file


def load_network(file: Path) -> ContactNetwork:
    """Read weights that `save_network` wrote, by the JSON beside them.

    Raises:
        WeightsError: One of the two is missing or damaged, or they do not fit one another.
    """
    try:
        sizes = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["network"]
        network = ContactNetwork(NetworkConfig(sizes["width"], sizes["kernel"], tuple(sizes["dilations"])))
        network.load_state_dict(safetensors.torch.load_file(file))
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, SafetensorError) as error:
        raise WeightsError(f"{file.name} holds no contact network.", "Train one, or take a fresh copy.") from error
    return network.eval()
