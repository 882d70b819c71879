"""Figures of the training recordings, each scored by the file that never saw it."""

import numpy as np

from choosing import Choice
from metrics import auroc_interval, bootstrap, calibration, confusion, f1_scores, stratified_auroc_interval, wilson
from payload import FOLDS
from recordings import CLASSES, FIBRILLATION, NOISE, NORMAL, OTHER, PUBLISHED, Recordings

SEED = 20260202
F1_RESAMPLES = 1000


def f1_record(label: np.ndarray, decided: np.ndarray, weight: np.ndarray) -> dict:
    def macro(rows: np.ndarray) -> float:
        return float(f1_scores(confusion(label[rows], decided[rows], weight[rows]))[:NOISE].mean())

    lower, upper = bootstrap(macro, F1_RESAMPLES, label, SEED)
    by_class = f1_scores(confusion(label, decided, weight))
    return {
        "macro": {"estimate": macro(np.arange(len(label))), "lower": float(lower), "upper": float(upper)},
        "byClass": dict(zip(CLASSES, map(float, by_class), strict=True)),
    }


def operating(score: np.ndarray, threshold: np.ndarray, label: np.ndarray, weight: np.ndarray) -> dict:
    """Sensitivity, specificity at the published mixture and by class; each record at its own file's threshold."""
    positive = score >= threshold
    others = label != FIBRILLATION
    false_alarms = float(np.average(positive[others], weights=weight[others]))
    true = weight[positive & ~others].sum()
    return {
        "sensitivity": wilson(int(positive[~others].sum()), int((~others).sum())),
        "specificityPublished": 1 - false_alarms,
        "positivePredictiveValuePublished": float(true / weight[positive].sum()),
        "specificityByClass": {
            CLASSES[other]: wilson(int((~positive[label == other]).sum()), int((label == other).sum()))
            for other in range(4)
            if other != FIBRILLATION and (label == other).any()
        },
    }


def against(score: np.ndarray, label: np.ndarray, other: int) -> dict:
    chosen = np.isin(label, [FIBRILLATION, other])
    return auroc_interval(score[chosen], label[chosen] == FIBRILLATION)


def label_changes(recordings: Recordings, decided: np.ndarray) -> dict:
    """v1 is the first release of the labels, v3 the last; where they differ, which of them does the model side with?"""
    old, new = recordings.first_label, recordings.label
    changed = old != new
    pairs = [
        {
            "first": CLASSES[first],
            "last": CLASSES[last],
            "records": int(chosen.sum()),
            "modelSaysFirst": int((decided[chosen] == first).sum()),
            "modelSaysLast": int((decided[chosen] == last).sum()),
        }
        for first in range(4)
        for last in range(4)
        if first != last and (chosen := (old == first) & (new == last)).any()
    ]
    same = (decided == new) & ~changed
    return {
        "changed": int(changed.sum()),
        "changedAmongReadable": int((changed & (old != NOISE) & (new != NOISE)).sum()),
        "agreementUnchanged": wilson(int(same.sum()), int((~changed).sum())),
        "pairs": pairs,
    }


def refusals(refused: np.ndarray, label: np.ndarray, weight: np.ndarray) -> dict:
    return {
        "refused": {
            name: wilson(int(refused[label == index].sum()), int((label == index).sum()))
            for index, name in enumerate(CLASSES)
        },
        "refusedPublished": float(np.average(refused, weights=weight)),
        "noisyAmongRefusedPublished": float(weight[refused & (label == NOISE)].sum() / weight[refused].sum()),
    }


def out_of_fold(recordings: Recordings, probability: np.ndarray, choices: dict[str, Choice]) -> dict:
    label, every = recordings.label, np.ones(len(recordings.label), dtype=bool)
    weight, plain = recordings.weights(every), np.ones(len(label))

    def threshold_of(name: str) -> np.ndarray:
        return np.array([getattr(choices[f"fold-{fold}.onnx"], name) for fold in recordings.fold])

    decided, score = probability.argmax(1), probability[:, FIBRILLATION]
    refused = probability[:, NOISE] >= threshold_of("noise")
    answered = ~refused
    rhythm = probability[:, :NOISE].argmax(1)
    readable = answered & (label != NOISE)
    sample_decided = (probability / PUBLISHED * recordings.prevalence(every)).argmax(1)
    is_fibrillation = label == FIBRILLATION
    return {
        "f1": {
            "published": f1_record(label, decided, weight),
            "sample": f1_record(label, sample_decided, plain),
            "publishedAnsweredReadable": f1_record(label[readable], rhythm[readable], weight[readable]),
            "byFold": [
                float(f1_scores(confusion(label[rows], decided[rows], weight[rows]))[:NOISE].mean())
                for fold in range(1, FOLDS + 1)
                for rows in [recordings.fold == fold]
            ],
        },
        "confusionRecords": confusion(label, decided, plain).astype(int).tolist(),
        "confusionPublished": (confusion(label, decided, weight) / len(label)).round(5).tolist(),
        "fibrillationAuroc": {
            "sample": auroc_interval(score, is_fibrillation),
            "published": stratified_auroc_interval(score, label, FIBRILLATION, PUBLISHED),
            "againstNormal": against(score, label, NORMAL),
            "againstOther": against(score, label, OTHER),
            "answered": auroc_interval(score[answered], is_fibrillation[answered]),
        },
        "aurocByClass": {
            name: auroc_interval(probability[:, index], label == index) for index, name in enumerate(CLASSES)
        },
        "noise": refusals(refused, label, weight),
        "thresholds": {
            name: {
                "all": operating(score, threshold_of(name), label, weight),
                "answered": operating(score[answered], threshold_of(name)[answered], label[answered], weight[answered]),
            }
            for name in ("balanced", "specific")
        },
        "calibration": {
            name: calibration(probability[:, index], label == index, weight) for index, name in enumerate(CLASSES)
        },
        "labels": label_changes(recordings, sample_decided),
    }
