"""AUROC (DeLong; cluster bootstrap), F1 as in the challenge, sensitivity and specificity, calibration."""

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

RESAMPLES = 2000


def placements(scores: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per positive record the share of negative ones scored below, and the reverse; ties count half."""
    high, low = scores[positive], scores[~positive]
    wins = (high[:, None] > low[None, :]) + 0.5 * (high[:, None] == low[None, :])
    return wins.mean(1), wins.mean(0)


def auroc(scores: np.ndarray, positive: np.ndarray) -> float:
    return float(placements(scores, positive)[0].mean())


def interval(estimate: float, lower: float, upper: float) -> dict:
    return {"estimate": float(estimate), "lower": float(lower), "upper": float(upper)}


def auroc_interval(scores: np.ndarray, positive: np.ndarray) -> dict:
    """AUROC with the 95 % interval of DeLong et al., Biometrics 1988;44:837 (normal, cut at 0 and 1, as pROC does)."""
    high, low = placements(scores, positive)
    error = np.sqrt(high.var(ddof=1) / len(high) + low.var(ddof=1) / len(low))
    estimate, reach = high.mean(), norm.ppf(0.975) * error
    return interval(estimate, max(0, estimate - reach), min(1, estimate + reach))


def stratified_auroc_interval(scores: np.ndarray, label: np.ndarray, positive_class: int, shares: np.ndarray) -> dict:
    """AUROC of one class against the others with the others mixed by `shares`; DeLong's variance in each stratum.

    The mixture is the weighted mean of the pairwise AUROCs; the variance sums the weighted placements of the positives
    and those of each other class, which are independent samples."""
    others = [other for other in range(len(shares)) if other != positive_class and shares[other] > 0]
    share = shares[others] / shares[others].sum()
    high = scores[label == positive_class]
    of_positives, variance = np.zeros(len(high)), 0.0
    for weight, other in zip(share, others, strict=True):
        chosen = np.isin(label, [positive_class, other])
        first, second = placements(scores[chosen], label[chosen] == positive_class)
        of_positives += weight * first
        variance += weight**2 * second.var(ddof=1) / len(second)
    variance += of_positives.var(ddof=1) / len(high)
    estimate, reach = of_positives.mean(), norm.ppf(0.975) * np.sqrt(variance)
    return interval(estimate, max(0, estimate - reach), min(1, estimate + reach))


def wilson(successes: int, count: int) -> dict:
    """Proportion with Wilson's 95 % interval, JASA 1927;22:209."""
    z = norm.ppf(0.975)
    share = successes / count
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return {**interval(share, max(0, centre - reach), min(1, centre + reach)), "of": int(count)}


def confusion(label: np.ndarray, decided: np.ndarray, weight: np.ndarray, classes: int = 4) -> np.ndarray:
    """[truth][decision], each record with its weight."""
    table = np.zeros((classes, classes))
    np.add.at(table, (label, decided), weight)
    return table


def f1_scores(table: np.ndarray) -> np.ndarray:
    """F1 of each class, 2 x correct / (row + column), as the challenge defines it (Clifford et al. 2017)."""
    return 2 * np.diag(table) / np.maximum(table.sum(0) + table.sum(1), 1e-12)


def bootstrap(statistic, count: int, strata: np.ndarray, seed: int) -> tuple[float, float]:
    """95 % percentile interval of statistic(rows), records drawn with replacement within their stratum."""
    draws = np.random.default_rng(seed)
    groups = [np.where(strata == value)[0] for value in np.unique(strata)]
    values = [
        statistic(np.concatenate([draws.choice(group, len(group)) for group in groups])) for _ in range(count)
    ]
    return tuple(np.percentile(values, [2.5, 97.5]))


def clustered_auroc(scores: np.ndarray, positive: np.ndarray, person: np.ndarray, seed: int) -> dict:
    """AUROC with a 95 % percentile interval over people drawn with replacement (all segments of a person go together)."""
    draws = np.random.default_rng(seed)
    rows = {name: np.where(person == name)[0] for name in np.unique(person)}
    names, values = list(rows), []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([rows[names[index]] for index in draws.integers(0, len(names), len(names))])
        if positive[drawn].any() and not positive[drawn].all():
            values.append(auroc(scores[drawn], positive[drawn]))
    return interval(auroc(scores, positive), *np.percentile(values, [2.5, 97.5]))


def calibration(probability: np.ndarray, positive: np.ndarray, weight: np.ndarray, bins: int = 10) -> dict:
    """Weighted logistic recalibration (intercept at slope 1; slope), Brier score, and the curve over quantile bins."""
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    logit = np.log(clipped / (1 - clipped))

    def loss(parameters: np.ndarray, slope: float | None = None) -> float:
        linear = parameters[0] + (parameters[1] if slope is None else slope) * logit
        return float(np.sum(weight * (np.logaddexp(0, linear) - positive * linear)) / weight.sum())

    shift = minimize(loss, np.array([0.0]), args=(1.0,), method="BFGS").x[0]
    slope = minimize(loss, np.array([0.0, 1.0]), method="BFGS").x[1]
    order = np.argsort(probability, kind="stable")
    place = np.cumsum(weight[order]) / weight.sum()
    curve = []
    for part in range(bins):
        rows = order[(place > part / bins) & (place <= (part + 1) / bins)]
        if len(rows) > 0:
            curve.append(
                {
                    "records": int(len(rows)),
                    "predicted": float(np.average(probability[rows], weights=weight[rows])),
                    "observed": float(np.average(positive[rows], weights=weight[rows])),
                }
            )
    brier = float(np.average((probability - positive) ** 2, weights=weight))
    observed = float(np.average(positive, weights=weight))
    return {
        "meanPredicted": float(np.average(probability, weights=weight)),
        "prevalence": observed,
        "inTheLarge": float(shift),
        "slope": float(slope),
        "brier": brier,
        "scaledBrier": 1 - brier / (observed * (1 - observed)),
        "curve": curve,
    }
