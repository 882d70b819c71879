"""The other side of bench/grouped.ts: the same tables by scikit-learn and fairlearn's MetricFrame, one thread.

Needs `pip install scikit-learn fairlearn pandas pyarrow`. Arguments: file, comma-separated group columns, comma-separated thresholds.
Prints one JSON line. DeLong's variance is in neither library; it is computed by numpy and scipy's midranks (Sun and Xu), the
calibration slope by an unpenalised LogisticRegression on the logit, O:E and counts by numpy. Intervals are not computed on this side,
rows of one subject are not clustered, and there is no intercept with the slope held at 1: the peer has less to do.
"""
import json
import os
import resource
import sys
import time
import warnings
from itertools import combinations

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")

import fairlearn
import numpy as np
import pandas as pd
import sklearn
from fairlearn.metrics import MetricFrame, count
from scipy.stats import rankdata
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, confusion_matrix, roc_auc_score

file, columns, thresholds = sys.argv[1], sys.argv[2].split(","), [float(at) for at in sys.argv[3].split(",")]


def delong_error(labels, scores):
    events = np.asarray(labels) == 1
    scores = np.asarray(scores)
    ranks, own, others = rankdata(scores), rankdata(scores[events]), rankdata(scores[~events])
    m, n = len(own), len(others)
    v10 = (ranks[events] - own) / n
    v01 = 1 - (ranks[~events] - others) / m
    return float(np.sqrt(v10.var(ddof=1) / m + v01.var(ddof=1) / n))


def slope(labels, scores):
    scores = np.asarray(scores)
    logits = np.log(scores) - np.log1p(-scores)
    return float(LogisticRegression(C=np.inf, tol=1e-8).fit(logits[:, None], labels).coef_[0, 0])


metrics = {
    "n": count,
    "auroc": roc_auc_score,
    "standardError": delong_error,
    "brier": brier_score_loss,
    "observedExpected": lambda labels, scores: float(np.sum(labels) / np.sum(scores)),
    "slope": slope,
    "groups": lambda labels, scores: calibration_curve(labels, scores, n_bins=10, strategy="quantile"),
    **{
        f"confusion{at}": lambda labels, scores, at=at: confusion_matrix(labels, scores >= at, labels=[0, 1])
        for at in thresholds
    },
}

cpu, wall = time.process_time(), time.perf_counter()
table = pd.read_parquet(file, columns=["score", "label", *columns], use_threads=False)
read = time.perf_counter() - wall
groupings = [(column,) for column in columns] + list(combinations(columns, 2))
groups = []
for place, grouping in enumerate(groupings):
    frame = MetricFrame(
        metrics=metrics, y_true=table["label"], y_pred=table["score"], sensitive_features=table[list(grouping)]
    )
    rows = [((), frame.overall)] if place == 0 else []
    rows += [(key if isinstance(key, tuple) else (key,), row) for key, row in frame.by_group.iterrows()]
    for key, row in rows:
        figures = {name: float(row[name]) for name in ("auroc", "standardError", "slope", "brier")}
        groups.append({"name": " ".join(key), "n": int(row["n"]), **figures})
print(
    json.dumps(
        {
            "versions": f"scikit-learn {sklearn.__version__}, fairlearn {fairlearn.__version__}, pandas {pd.__version__}",
            "rows": len(table),
            "readSeconds": read,
            "wallSeconds": time.perf_counter() - wall,
            "cpuSeconds": time.process_time() - cpu,
            "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "groups": groups,
        }
    )
)
