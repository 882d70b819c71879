"""The rule of choice: what makes a model for a left-out hospital, from the training hospitals alone.

Within the training hospitals each one is left out in turn. A setting's score is the mean of its AUROC in the left-out
hospitals, weighted by diseased * healthy / (diseased + healthy), which is what an AUROC's precision grows with.
The KEEP best settings that see the shared fields only and the KEEP best that see the rare fields too are averaged
(logits). Many settings are near-equal, so an average is steadier than the single best; and as one or two hospitals
measured the rare fields, inner results say little about their worth elsewhere: the rule never bets on either half.

This is the second rule. The first, and what it gave, stand in the card and in results-first-rule.json."""

import numpy as np

from discrimination import auroc
from measurements import People
from settings import SETTINGS

KEEP = 6


def weight(disease: np.ndarray) -> float:
    return float(disease.sum() * (1 - disease).sum() / len(disease))


def scores(people: People, inner: dict[str, np.ndarray]) -> np.ndarray:
    """Score [setting] from the out-of-fold logits [setting][person] of each inner left-out hospital."""
    labels = {site: people.disease[people.at([site])] for site in inner}
    weights = np.array([weight(labels[site]) for site in inner])
    areas = np.array([[auroc(logits, labels[site]) for logits in inner[site]] for site in inner])
    return weights @ areas / weights.sum()


def best(score: np.ndarray, allowed=lambda setting: True) -> list[int]:
    """Indices of the KEEP best allowed settings of each half; equal scores keep the order of the search space."""
    chosen = []
    for rare in (False, True):
        half = [index for index, setting in enumerate(SETTINGS) if setting.rare_fields == rare and allowed(setting)]
        chosen += sorted(half, key=lambda index: (-score[index], index))[:KEEP]
    return chosen
