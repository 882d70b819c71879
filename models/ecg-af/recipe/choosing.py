"""Calibration and thresholds of each file, from out-of-fold logits of recordings that are not in its left-out fold."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from calibration import Calibration, balanced_threshold, fit_calibration, noise_threshold, specific_threshold
from network import Network
from payload import FOLDS
from recordings import FIBRILLATION, Recordings

FILES = [*(f"fold-{fold}.onnx" for fold in range(1, FOLDS + 1)), "all.onnx"]
READABLE_LOST = 0.02  # share of readable recordings that the noise rule may refuse
FALSE_ALARMS = 0.05  # share of answered recordings without fibrillation that the specific threshold may call positive


@dataclass(frozen=True)
class Choice:
    calibration: Calibration
    noise: float
    balanced: float
    specific: float

    def record(self) -> dict:
        return {
            "temperature": round(self.calibration.temperature, 4),
            "shift": [round(float(value), 4) for value in self.calibration.shift],
            "noise": self.noise,
            "balanced": self.balanced,
            "specific": self.specific,
        }


def weights_name(file: str) -> str:
    """`fold-3.onnx` was trained without fold 3, work file `3.pt`."""
    return file.removesuffix(".onnx").removeprefix("fold-")


def out_of_fold_logits(work: Path, recordings: Recordings) -> np.ndarray:
    logits = np.full((len(recordings.names), 4), np.nan)
    for fold in range(1, FOLDS + 1):
        held = np.load(work / f"{fold}.npz")
        logits[held["rows"]] = held["logits"]
    if np.isnan(logits).any():
        raise ValueError(f"{work}: found recordings without logits, allowed none")
    return logits


def choose(file: str, recordings: Recordings, logits: np.ndarray) -> Choice:
    name = weights_name(file)
    seen = np.ones(len(logits), dtype=bool) if name == "all" else recordings.fold != int(name)
    label, weight = recordings.label[seen], recordings.weights(seen)
    calibration = fit_calibration(logits[seen], label, recordings.prevalence(seen))
    probability = calibration.probabilities(logits[seen])
    noise = noise_threshold(probability, label, weight, READABLE_LOST)
    answered = probability[:, 3] < noise
    score, label, weight = probability[answered, FIBRILLATION], label[answered], weight[answered]
    return Choice(
        calibration=calibration,
        noise=noise,
        balanced=balanced_threshold(score, label == FIBRILLATION, weight),
        specific=specific_threshold(score, label, weight, FALSE_ALARMS),
    )


def load_network(work: Path, name: str) -> Network:
    network = Network()
    network.load_state_dict(torch.load(work / f"{name}.pt", weights_only=True))
    return network.eval()
