"""The rule of choice, fixed before the first outer result was seen.

Within the training hospitals each one is left out in turn. A setting's score is the mean of its AUROC in the left-out
hospitals, weighted by diseased * healthy / (diseased + healthy), which is what an AUROC's precision grows with.
The KEEP best settings are averaged (logits), which is steadier than taking the single best of many near-equals."""

import numpy as np

from discrimination import auroc
from measurements import People
from settings import SETTINGS

KEEP = 5


def weight(disease: np.ndarray) -> float:
    return float(disease.sum() * (1 - disease).sum() / len(disease))


def scores(people: People, inner: dict[str, np.ndarray]) -> np.ndarray:
    """Score [setting] from the out-of-fold logits [setting][person] of each inner left-out hospital."""
    labels = {site: people.disease[people.at([site])] for site in inner}
    weights = np.array([weight(labels[site]) for site in inner])
    areas = np.array([[auroc(logits, labels[site]) for logits in inner[site]] for site in inner])
    return weights @ areas / weights.sum()


def best(score: np.ndarray, allowed=lambda setting: True) -> list[int]:
    """Indices of the KEEP best settings among the allowed ones; equal scores keep the order of the search space."""
    candidates = [index for index, setting in enumerate(SETTINGS) if allowed(setting)]
    return sorted(candidates, key=lambda index: (-score[index], index))[:KEEP]
