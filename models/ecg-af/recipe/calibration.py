"""From logits of the enriched sample to probabilities at the published prevalence, and the thresholds on these."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from recordings import FIBRILLATION, NOISE, PUBLISHED


@dataclass(frozen=True)
class Calibration:
    """logits / temperature + shift; the softmax of that is calibrated at the published prevalence."""

    temperature: float
    shift: np.ndarray

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        return softmax(logits / self.temperature + self.shift, axis=1)


def fit_calibration(logits: np.ndarray, label: np.ndarray, sample_prevalence: np.ndarray) -> Calibration:
    """The shift is log(published / sample prevalence), known beforehand (Saerens et al., Neural Computation 2002;14:21);
    the temperature minimises the log loss with every record weighted by published / sample prevalence of its class."""
    shift = np.log(PUBLISHED / sample_prevalence)
    weight = (PUBLISHED / sample_prevalence)[label]

    def loss(log_temperature: float) -> float:
        log_probability = log_softmax(logits / np.exp(log_temperature) + shift, axis=1)
        return -(weight * log_probability[np.arange(len(label)), label]).sum()

    fitted = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5)), method="bounded", options={"xatol": 1e-8})
    return Calibration(float(np.exp(fitted.x)), shift)


def noise_threshold(probability: np.ndarray, label: np.ndarray, weight: np.ndarray, lost: float) -> float:
    """Lowest threshold at which at most `lost` of the readable records (weighted) would be refused as noise."""
    readable = label != NOISE
    return lowest_cut(probability[readable, NOISE], weight[readable], lost)


def specific_threshold(score: np.ndarray, label: np.ndarray, weight: np.ndarray, false: float) -> float:
    """Lowest threshold at which at most `false` of the records without atrial fibrillation (weighted) are positive."""
    others = label != FIBRILLATION
    return lowest_cut(score[others], weight[others], false)


def lowest_cut(score: np.ndarray, weight: np.ndarray, share: float) -> float:
    """Midway between neighbouring scores, to four digits; at or above it lies at most `share` of the weight."""
    order = np.argsort(-score, kind="stable")
    above = np.cumsum(weight[order]) / weight.sum()
    allowed = int((above <= share).sum())
    upper = score[order[allowed - 1]] if allowed > 0 else 1.0
    return round(float((upper + score[order[allowed]]) / 2), 4)


def balanced_threshold(score: np.ndarray, positive: np.ndarray, weight: np.ndarray) -> float:
    """Threshold with the largest sensitivity + specificity, weighted; at or above it is positive."""
    order = np.argsort(-score, kind="stable")
    true = np.cumsum((weight * positive)[order]) / weight[positive].sum()
    false = np.cumsum((weight * ~positive)[order]) / weight[~positive].sum()
    best = int(np.argmax(true - false))
    return round(float((score[order[best]] + score[order[best + 1]]) / 2), 4)
