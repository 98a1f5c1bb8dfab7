from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import InputError, WeightsError
from runform.sequences import FloatArray
from runform.training.contact_learning.baselines import fit_forest, fit_perceptron
from runform.training.contact_learning.clips import LabelledSignals
from runform.training.contact_learning.methods import NetworkScore, Score, SignalMethod
from runform.training.contact_learning.network import ContactNetwork, NetworkConfig
from runform.training.contact_learning.signals import CHANNELS, GRID_HZ, LegSignals
from runform.training.contact_learning.training import (
    LOG_FILE,
    STATE_FILE,
    ContactRecipe,
    ContactTraining,
    fit_network,
    train_contacts,
)
from runform.training.contact_learning.weights import WEIGHTS_FILE, load_network, save_network
from runform.training.contact_scoring import score_contacts
from runform.training.force_runs import TrueContact
from tests.fixtures.motions import make_known_run

TINY = ContactRecipe(
    network=NetworkConfig(width=8, kernel=5, dilations=(1, 2)),
    clips=2,
    steps=40,
    batch=8,
    samples=120,
    warm_up=5,
    checkpoint_every=15,
)


def _make_legs(count: int = 6, seed: int = 0) -> list[LabelledSignals]:
    """Signals of which the first channel tells the target, late by 25 ms, among noise."""
    rng = np.random.default_rng(seed)
    legs = []
    time_s = np.arange(0, 3, 1 / GRID_HZ)
    for number in range(count):
        stride_s, later = rng.uniform(0.6, 0.8), rng.uniform()

        def wave(at_s: FloatArray, stride_s: float = stride_s, later: float = later) -> FloatArray:
            return np.asarray(np.cos(2 * np.pi * (at_s / stride_s - later)) - 0.3)

        signals = 0.3 * rng.standard_normal((len(time_s), CHANNELS))
        signals[:, 0] += 3 * wave(time_s - 0.025)
        target = np.clip(0.5 + 5 * wave(time_s), 0, 1)
        legs.append(LabelledSignals("ab"[number % 2], signals, target, np.ones(len(time_s))))
    return legs


def _measure(score: Score, legs: list[LabelledSignals]) -> float:
    """Share of moments told rightly."""
    right = []
    for leg in legs:
        time_s = np.arange(len(leg.signals)) / GRID_HZ
        told = score(LegSignals(time_s, {"left": leg.signals, "right": leg.signals}, time_s > -1), "left")
        right.append((told > 0.5) == (leg.target > 0.5))
    return float(np.concatenate(right).mean())


def test_training_learns_what_tells_the_contact() -> None:
    legs = _make_legs()
    run = ContactTraining(TINY, legs, seed=0)
    before = _measure(NetworkScore(run.network.eval()), legs)
    first = run.advance()
    while run.step < TINY.steps:
        last = run.advance()

    assert (first.step, last.step) == (15, 40)
    assert last.loss < first.loss
    assert _measure(NetworkScore(run.network), _make_legs(seed=9)) > max(0.9, before)


def test_the_same_seed_trains_the_same_weights() -> None:
    weights = [fit_network(_make_legs(), seed, TINY).state_dict()["first.weight"] for seed in (1, 1, 2)]

    assert torch.equal(weights[0], weights[1])
    assert not torch.allclose(weights[0], weights[2])


def test_a_resumed_training_ends_at_the_same_weights(tmp_path: Path) -> None:
    legs = _make_legs()
    stopped = ContactTraining(TINY, legs, seed=0)
    stopped.save(tmp_path, stopped.advance())
    resumed = ContactTraining(TINY, legs, seed=0)
    resumed.restore(tmp_path)
    while resumed.step < TINY.steps:
        resumed.save(tmp_path, resumed.advance())

    whole = fit_network(legs, 0, TINY).state_dict()

    for name, value in resumed.network.state_dict().items():
        assert torch.equal(value, whole[name]), name
    log = [json.loads(line)["step"] for line in (tmp_path / LOG_FILE).read_text().splitlines()]
    assert log == [15, 30, 40]


def test_a_checkpoint_of_another_seed_is_refused(tmp_path: Path) -> None:
    run = ContactTraining(TINY, _make_legs(), seed=0, described="seed 0")
    run.save(tmp_path, run.advance())

    with pytest.raises(WeightsError, match="trained otherwise"):
        ContactTraining(TINY, _make_legs(), seed=1, described="seed 1").restore(tmp_path)


def test_without_a_checkpoint_there_is_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no checkpoint"):
        ContactTraining(TINY, _make_legs(), seed=0).restore(tmp_path)


def test_weights_come_back_as_they_were(tmp_path: Path) -> None:
    network = ContactNetwork(TINY.network).eval()
    about = {"seed": 5, "step": 40, "runs": ["rbds001 2.5 m/s"], "recipe": {"steps": 40}}

    file = save_network(network, tmp_path, about)

    for name, value in load_network(file).state_dict().items():
        assert torch.equal(value, network.state_dict()[name]), name
    card = file.with_suffix(".md").read_text()
    assert json.loads(file.with_suffix(".json").read_text())["sha256"] in card
    assert "rbds001 2.5 m/s" in card


@pytest.mark.parametrize("content", [b"", b"not weights"])
def test_damaged_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    about = {"seed": 5, "step": 40, "runs": ["rbds001 2.5 m/s"], "recipe": {"steps": 40}}
    file = save_network(ContactNetwork(TINY.network), tmp_path, about)
    file.write_bytes(content)

    with pytest.raises(WeightsError, match="no contact network"):
        load_network(file)
    with pytest.raises(WeightsError, match="no contact network"):
        load_network(tmp_path / "absent.safetensors")


def test_clips_too_short_to_train_on_are_refused() -> None:
    leg = _make_legs(1)[0]
    short = LabelledSignals(leg.subject, leg.signals[:50], leg.target[:50], leg.weight[:50])

    with pytest.raises(InputError, match="long enough"):
        ContactTraining(TINY, [short], seed=0)


def test_an_answer_depends_on_its_reach_alone() -> None:
    config = NetworkConfig()
    network = ContactNetwork(config).eval()
    signals = torch.randn(1, 200, CHANNELS)
    changed = signals.clone()
    changed[0, 100] += 1.0

    with torch.no_grad():
        apart = (network(changed) - network(signals))[0].abs()

    told = torch.nonzero(apart > 0).flatten()
    assert apart.shape == (200,)
    assert 100 - config.reach <= int(told.min())
    assert int(told.max()) <= 100 + config.reach
    assert 0.35 <= (2 * config.reach + 1) / GRID_HZ <= 0.45
    assert sum(value.numel() for value in network.parameters()) < 100_000


def test_baselines_learn_it_too() -> None:
    legs = _make_legs(4)

    for method in (fit_forest(legs, 0, trees=8), fit_perceptron(legs, 0)):
        assert isinstance(method, SignalMethod)
        assert _measure(method.score, _make_legs(seed=9)) > 0.85, method.name


def test_a_method_finds_the_contacts_its_score_tells() -> None:
    run = make_known_run(fps=60.0, seconds=4.0)
    truth = [TrueContact(*contact) for contact in run.contacts]

    def tell(signals: LegSignals, side: str) -> FloatArray:
        inside = [
            np.minimum(signals.time_s - c.initial_contact_s, c.toe_off_s - signals.time_s)
            for c in truth
            if c.side == side
        ]
        return np.asarray(np.clip(0.5 + np.max(inside, axis=0) / 0.04, 0, 1))

    errors = score_contacts(SignalMethod("told", tell).detect(run.keypoints, -1), truth, (0.0, 4.0))

    assert (errors.total, errors.missed, errors.false) == (9, (), ())
    np.testing.assert_allclose(errors.initial_contact_s, 0.0, atol=1e-9)
    np.testing.assert_allclose(errors.toe_off_s, 0.0, atol=1e-9)


def test_training_on_filmed_runs_stops_in_time_and_resumes(mocap_dir: Path, tmp_path: Path) -> None:
    stopped = train_contacts(mocap_dir, tmp_path, 3, minutes=1e-9, without="rbds001", recipe=TINY)
    assert 0 < stopped.step < TINY.steps

    ended = train_contacts(mocap_dir, tmp_path, 3, resume=True, without="rbds001", recipe=TINY)

    assert ended.step == TINY.steps
    assert (tmp_path / STATE_FILE).is_file()
    assert load_network(tmp_path / WEIGHTS_FILE).config == TINY.network
    with pytest.raises(InputError, match="longer than 0"):
        train_contacts(mocap_dir, tmp_path, minutes=0)
