"""From logits to probabilities and operating points, learnt from inner out-of-fold logits only."""

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit


def fit_calibration(logits: np.ndarray, disease: np.ndarray, site: np.ndarray) -> tuple[float, float]:
    """Slope and intercept. The slope is common to all hospitals, each with an intercept of its own, so that differences
    in prevalence do not pass for calibration; then one intercept makes the mean probability equal the prevalence."""
    indicator = np.unique(site)[None, :] == site[:, None]

    def loss(parameters: np.ndarray) -> float:
        linear = parameters[0] * logits + indicator @ parameters[1:]
        return np.logaddexp(0, linear).sum() - disease @ linear

    slope = minimize(loss, np.r_[1.0, np.zeros(indicator.shape[1])], method="BFGS").x[0]
    intercept = brentq(lambda shift: expit(slope * logits + shift).mean() - disease.mean(), -20, 20)
    return float(slope), float(intercept)


def youden(probability: np.ndarray, disease: np.ndarray) -> float:
    """Threshold with the largest sensitivity + specificity - 1; at or above it is positive."""
    cuts = np.unique(probability)
    gains = [(probability[disease == 1] >= cut).mean() - (probability[disease == 0] >= cut).mean() for cut in cuts]
    return between(cuts, int(np.argmax(gains)))


def at_sensitivity(probability: np.ndarray, disease: np.ndarray, wanted: float) -> float:
    """Highest threshold whose sensitivity is at least `wanted`."""
    cuts = np.unique(probability)
    reaching = [index for index, cut in enumerate(cuts) if (probability[disease == 1] >= cut).mean() >= wanted]
    return between(cuts, reaching[-1])


def between(cuts: np.ndarray, index: int) -> float:
    """Midway to the next lower score, to four digits, so that no person sits on the threshold."""
    lower = cuts[index - 1] if index > 0 else 0.0
    return round(float((cuts[index] + lower) / 2), 4)


def calibration_at(probability: np.ndarray, disease: np.ndarray) -> dict:
    """Calibration-in-the-large (log odds still to be added) and slope, by logistic recalibration; Brier score."""
    logits = np.log(probability / (1 - probability))

    def loss(parameters: np.ndarray) -> float:
        linear = parameters[0] + parameters[1] * logits
        return np.logaddexp(0, linear).sum() - disease @ linear

    shift = brentq(lambda value: expit(logits + value).mean() - disease.mean(), -20, 20)
    return {
        "meanPredicted": float(probability.mean()),
        "prevalence": float(disease.mean()),
        "inTheLarge": float(shift),
        "slope": float(minimize(loss, np.array([0.0, 1.0]), method="BFGS").x[1]),
        "brier": float(((probability - disease) ** 2).mean()),
    }
