"""Compares what the pipeline said about every training recording (node bench/ecg-af.ts) with this recipe, and with rules on RR
intervals. Writes pipeline-results.json.

    python pipeline.py --from training2017 --labels labels.csv --models .. --rows rows.jsonl
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
import scipy
import sklearn
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluate import rounded
from inference import open_session, run
from metrics import auroc_interval, stratified_auroc_interval
from out_of_fold import out_of_fold
from payload import FOLDS
from recordings import CLASSES, FIBRILLATION, NOISE, NORMAL, OTHER, PUBLISHED, Recordings, read_recordings

RULES = {
    "variation": "standard deviation of RR / mean",
    "rmssd": "RMSSD / mean",
    "medianDifference": "median absolute difference of successive RR / median",
}


class Chosen:
    """Thresholds of a file as the contract has them."""

    def __init__(self, contract: dict, file: str):
        values = {rule["name"]: rule for rule in contract["thresholds"]}
        values["noise"] = next(rule for rule in contract["abstain"] if rule["rule"] == "probability-at-least")
        for name, rule in values.items():
            setattr(self, name, rule["folds"].get(file, rule["value"]))


def read_rows(path: Path, recordings: Recordings) -> list[dict]:
    rows = {row["record"]: row for row in map(json.loads, path.read_text().splitlines())}
    if sorted(rows) != recordings.names:
        raise ValueError(f"{path}: found {len(rows)} recordings, allowed the {len(recordings.names)} of the labels")
    return [rows[name] for name in recordings.names]


def differences(models: Path, recordings: Recordings, rows: list[dict]) -> dict:
    """Largest differences from onnxruntime and SciPy in Python, over all recordings, classes and windows."""
    of_class, of_window, wrong = 0.0, 0.0, 0
    sessions = {f"fold-{fold}.onnx": open_session(models / f"fold-{fold}.onnx") for fold in range(1, FOLDS + 1)}
    for signal, fold, row in zip(recordings.signals, recordings.fold, rows, strict=True):
        wrong += row["file"] != f"fold-{fold}.onnx"
        logits, probabilities = run(sessions[row["file"]], signal)
        windows = softmax(logits.astype(np.float64), axis=1)[:, FIBRILLATION]
        found = [row["probabilities"][name] for name in CLASSES]
        of_class = max(of_class, float(np.abs(np.array(found) - probabilities).max()))
        of_window = max(of_window, float(np.abs(np.array([part["score"] for part in row["windows"]]) - windows).max()))
    return {"recordings": len(rows), "judgedByAnotherFold": wrong, "probability": of_class, "windowScore": of_window}


def largest_difference(found, wanted) -> float:
    """Over every number of two equal structures; 1 where words differ."""
    if isinstance(wanted, dict):
        return max(largest_difference(found[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return max(largest_difference(*pair) for pair in zip(found, wanted, strict=True))
    return float(found != wanted) if isinstance(wanted, str) else abs(found - wanted)


def discrimination(score: np.ndarray, label: np.ndarray) -> dict:
    positive = label == FIBRILLATION
    interval = auroc_interval(score, positive)
    if abs(interval["estimate"] - roc_auc_score(positive, score)) > 1e-12:
        raise ValueError("AUROC: found another than that of scikit-learn")
    pairs = {
        name: auroc_interval(score[chosen], positive[chosen])
        for name, other in (("normal", NORMAL), ("otherRhythm", OTHER), ("noise", NOISE))
        for chosen in [np.isin(label, [FIBRILLATION, other])]
    }
    published = stratified_auroc_interval(score, label, FIBRILLATION, PUBLISHED)
    return {"sample": interval, "published": published, "against": pairs}


def regression(features: np.ndarray, recordings: Recordings) -> np.ndarray:
    """Out-of-fold scores of a logistic regression on the rules and the heart rate, on the folds of the networks."""
    score = np.zeros(len(features))
    for fold in range(1, FOLDS + 1):
        held = recordings.fold == fold
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        model.fit(features[~held], recordings.label[~held] == FIBRILLATION)
        score[held] = model.decision_function(features[held])
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", required=True, type=Path)
    parser.add_argument("--labels", required=True, type=Path)
    parser.add_argument("--models", required=True, type=Path)
    parser.add_argument("--rows", required=True, type=Path, help="written by node bench/ecg-af.ts")
    options = parser.parse_args()
    recordings = read_recordings(options.source, options.labels)
    rows = read_rows(options.rows, recordings)
    contract = json.loads((options.models / "model.json").read_text())
    choices = {f"fold-{fold}.onnx": Chosen(contract, f"fold-{fold}.onnx") for fold in range(1, FOLDS + 1)}
    probability = np.array([[row["probabilities"][name] for name in CLASSES] for row in rows])
    refused = np.array([probability[n, NOISE] >= choices[row["file"]].noise for n, row in enumerate(rows)])
    said = np.array([row["status"] == "abstained" for row in rows])
    figures = rounded(out_of_fold(recordings, probability, choices))
    recipe = json.loads((Path(__file__).parent / "results.json").read_text())["outOfFold"]
    rules = {name: np.array([row["rule"][name] for row in rows]) for name in RULES}
    rate = np.array([row["rule"]["beats"] for row in rows]) / recordings.seconds
    features = np.column_stack([*(np.log(values + 0.01) for values in rules.values()), np.log(rate + 0.1)])
    results = {
        "environment": {
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "onnxruntime": onnxruntime.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "againstPython": differences(options.models, recordings, rows),
        "abstained": int(said.sum()),
        "abstainedOtherwiseThanTheRule": int((said != refused).sum()),
        "largestDifferenceOfFigures": largest_difference(figures, recipe),
        "discrimination": {
            "ecg-af": discrimination(probability[:, FIBRILLATION], recordings.label),
            **{name: discrimination(values, recordings.label) for name, values in rules.items()},
            "regression": discrimination(regression(features, recordings), recordings.label),
        },
    }
    (Path(__file__).parent / "pipeline-results.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
