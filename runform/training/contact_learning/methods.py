"""Learned detectors as methods that the table can compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence, Side
from runform.training.contact_learning.events import find_contacts
from runform.training.contact_learning.network import ContactNetwork
from runform.training.contact_learning.signals import LegSignals, compute_leg_signals

Score = Callable[[LegSignals, Side], FloatArray]
"""Signals of both legs and which one is asked for -> (T,) probability that it is on the ground."""


@dataclass(frozen=True)
class SignalMethod:
    """Contacts where a learned probability passes one half.

    Attributes:
        name: For tables.
        score: What was learned.
    """

    name: str
    score: Score

    def detect(self, keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:
        """As `ContactMethod.detect`."""
        signals = compute_leg_signals(keypoints, direction)
        if signals is None:
            return ()
        found: list[Contact] = []
        for side in SIDES:
            score = np.where(signals.known, self.score(signals, side), np.nan)
            found += find_contacts(signals.time_s, score, side)
        return tuple(sorted(found, key=lambda contact: contact.initial_contact_s))


@dataclass(frozen=True)
class NetworkScore:
    """Probability of contact by a trained network."""

    network: ContactNetwork

    @torch.no_grad()
    def __call__(self, signals: LegSignals, side: Side) -> FloatArray:
        """(T,) of one leg."""
        logits = self.network(torch.from_numpy(signals.values[side][None].astype(np.float32)))
        return np.asarray(torch.sigmoid(logits)[0].numpy(), dtype=np.float64)
