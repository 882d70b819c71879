"""AUROC with DeLong's variance: DeLong, DeLong, Clarke-Pearson, Biometrics 1988;44:837, doi 10.2307/2531595."""

import numpy as np
from scipy.stats import norm


def placements(scores: np.ndarray, disease: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per diseased person the share of healthy people scored below, and the reverse; ties count half."""
    diseased, healthy = scores[disease == 1], scores[disease == 0]
    wins = (diseased[:, None] > healthy[None, :]) + 0.5 * (diseased[:, None] == healthy[None, :])
    return wins.mean(1), wins.mean(0)


def auroc(scores: np.ndarray, disease: np.ndarray) -> float:
    return float(placements(scores, disease)[0].mean())


def auroc_interval(scores: np.ndarray, disease: np.ndarray) -> dict:
    """AUROC with DeLong's 95 % interval (normal, cut at 0 and 1, as pROC does)."""
    diseased, healthy = placements(scores, disease)
    error = np.sqrt(diseased.var(ddof=1) / len(diseased) + healthy.var(ddof=1) / len(healthy))
    estimate, reach = diseased.mean(), norm.ppf(0.975) * error
    return {
        "estimate": float(estimate),
        "lower": float(max(0, estimate - reach)),
        "upper": float(min(1, estimate + reach)),
        "standardError": float(error),
    }


def paired_difference(scores: np.ndarray, other: np.ndarray, disease: np.ndarray) -> dict:
    """AUROC(scores) - AUROC(other) on the same people, with DeLong's 95 % interval and two-sided p."""
    first, second = placements(scores, disease), placements(other, disease)
    diseased, healthy = first[0] - second[0], first[1] - second[1]
    error = np.sqrt(diseased.var(ddof=1) / len(diseased) + healthy.var(ddof=1) / len(healthy))
    estimate, reach = diseased.mean(), norm.ppf(0.975) * error
    p = 2 * norm.sf(abs(estimate) / error) if error > 0 else 1.0
    return {"estimate": float(estimate), "lower": float(estimate - reach), "upper": float(estimate + reach), "p": float(p)}
