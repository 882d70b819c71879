"""The other side of bench/bootstrap.ts: the same metrics over the same groups by fairlearn's MetricFrame with its bootstrap.

Needs `pip install fairlearn`. Started by bench/bootstrap.ts; answers one JSON line.
"""
import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT"):
    os.environ[variable] = "1"
import fairlearn
import numpy as np
import sklearn
from fairlearn.metrics import MetricFrame
from sklearn import metrics

folder, replicates = sys.argv[1], int(sys.argv[2])
y = np.fromfile(f"{folder}/labels", dtype=np.uint8).astype(int)
s = np.fromfile(f"{folder}/scores", dtype=np.float64)
g = np.fromfile(f"{folder}/groups", dtype=np.uint8)


def at(metric, **options):
    return lambda y_true, y_pred: metric(y_true, y_pred >= 0.5, **options)


chosen = {
    "sensitivity": at(metrics.recall_score),
    "specificity": at(metrics.recall_score, pos_label=0),
    "positivePredictiveValue": at(metrics.precision_score),
    "negativePredictiveValue": at(metrics.precision_score, pos_label=0),
    "accuracy": at(metrics.accuracy_score),
    "balancedAccuracy": at(metrics.balanced_accuracy_score),
    "f1": at(metrics.f1_score),
    "matthewsCorrelation": at(metrics.matthews_corrcoef),
    "kappa": at(metrics.cohen_kappa_score),
    "auroc": metrics.roc_auc_score,
    "partialAuroc": lambda y_true, y_pred: metrics.roc_auc_score(y_true, y_pred, max_fpr=0.1),
    "averagePrecision": metrics.average_precision_score,
}


def frame(**bootstrap):
    cpu, wall = time.process_time(), time.perf_counter()
    made = MetricFrame(metrics=chosen, y_true=y, y_pred=s, sensitive_features=g, **bootstrap)
    return made, time.process_time() - cpu, time.perf_counter() - wall


plain, cpu, wall = frame()
_, with_cpu, with_wall = frame(n_boot=replicates, ci_quantiles=[0.025, 0.975], random_state=1)
print(json.dumps({
    "versions": f"fairlearn {fairlearn.__version__} and scikit-learn {sklearn.__version__}",
    "cpu": with_cpu - cpu,
    "wall": with_wall - wall,
    "overall": {name: float(value) for name, value in plain.overall.items()},
}))
