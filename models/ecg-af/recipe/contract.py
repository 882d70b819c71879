"""Writes model.json beside the ONNX files, after evaluate.py and golden.py.

    python contract.py --from training2017 --labels labels.csv --to ..
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from choosing import FILES, weights_name
from payload import FOLDS
from recordings import CLASSES, FIBRILLATION, LEAD, PUBLISHED, PUBLISHED_COUNTS, Recordings, read_recordings
from resample import MODEL_RATE_HZ, STRIDE_SAMPLES, WINDOW_SAMPLES

VERSION = "1.0.0"
FLATTEST_MV, LARGEST_MV = 0.01, 5
SHORTEST_S, LONGEST_S = 9, 120
LEADS = ["I", LEAD, "II", "MLII"]
LONGEST_GAP_S, LARGEST_GAP_SHARE = 0.3, 0.01  # training held the value over gaps of up to 0.3 s
PAYLOAD = "ecg/1 of a lead at the rate of its source"  # payload.py
TEXTS = {
    "intendedUse": "Research: a cloud's handling of ECGs, and fibrillation of the atria in short recordings of one lead",
    "notFor": [
        "decisions about the care of a person",
        "alarms or monitoring; recordings of more than two minutes in one piece",
        "atrial flutter, pacemakers, ventricular rhythms: not classes of this model",
        "statements about women, men or ages: none is recorded in the training data",
        "a probability where fibrillation is not as frequent as in the challenge (8.7 %), without recalibration",
    ],
    "regulatoryStatus": "research use only",
    "licence": {"weights": "Apache-2.0", "data": "ODC-BY 1.0"},
    "citation": [
        "Clifford GD et al. AF classification from a short single lead ECG recording: the PhysioNet/Computing in Cardiology "
        "Challenge 2017. Computing in Cardiology 2017;44, doi 10.22489/CinC.2017.065-469; data doi 10.13026/d3hm-sf11",
    ],
}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fold_values(choices: dict, name: str) -> dict:
    return {file: choices[file][name] for file in FILES if file != "all.onnx"}


def thresholds(results: dict) -> list[dict]:
    choices = results["choices"]
    texts = {
        "balanced": "largest sensitivity + specificity",
        "specific": "5 % false alarms among recordings without fibrillation",
    }
    how = (
        "classes at the published prevalence, recordings that the noise rule refuses left out; on out-of-fold probabilities, "
        "for a fold's file on those of the other four folds"
    )
    return [
        {
            "name": name,
            "value": choices["all.onnx"][name],
            "chosen": f"{text}; {how}",
            "folds": fold_values(choices, name),
            "measured": measured(results, name),
        }
        for name, text in texts.items()
    ]


def measured(results: dict, name: str) -> dict:
    """Out of fold, each recording by its fold's weights and threshold."""
    found = results["outOfFold"]["thresholds"][name]["answered"]
    sensitivity = found["sensitivity"]
    recordings = sum(results["sample"].values())
    return {
        "on": f"{recordings:,} recordings of cinc2017, each by weights that never saw it, without those that the noise rule "
        f"refuses: {sensitivity['of']} with fibrillation, the others weighted to the published prevalence",
        "sensitivity": {bound: sensitivity[bound] for bound in ("estimate", "lower", "upper")},
        "specificity": {"estimate": found["specificityPublished"]},
    }


def preprocessing() -> list[dict]:
    return [
        {"operation": "select-lead", "order": LEADS},
        {"operation": "fill-gaps", "longestSeconds": LONGEST_GAP_S, "largestShare": LARGEST_GAP_SHARE},
        {"operation": "resample", "toHz": MODEL_RATE_HZ, "method": "polyphase-kaiser-5", "beyond": "line"},
        {
            "operation": "tile-windows",
            "lengthSeconds": WINDOW_SAMPLES / MODEL_RATE_HZ,
            "strideSeconds": STRIDE_SAMPLES / MODEL_RATE_HZ,
            "remainder": "last-window",
            "shorter": "whole",
        },
        {"operation": "combine-windows", "method": "mean-of-logits", "inGraph": True},
    ]


def abstentions(choices: dict) -> list[dict]:
    return [
        {
            "rule": "probability-at-least",
            "class": "noise",
            "value": choices["all.onnx"]["noise"],
            "folds": fold_values(choices, "noise"),
            "chosen": "refuses 2 % of the readable recordings, classes at the published prevalence, out of fold",
            "why": "the recording is probably too noisy to read",
        },
        {
            "rule": "duration-outside",
            "minimumSeconds": SHORTEST_S,
            "maximumSeconds": LONGEST_S,
            "why": "the training recordings last 9 to 61 s; over many windows a short episode is averaged away",
        },
        {
            "rule": "standard-deviation-below",
            "millivolts": FLATTEST_MV,
            "after": "resample",
            "why": "no ECG, or a wrong gain: every training recording has at least 0.034 mV",
        },
        {
            "rule": "standard-deviation-above",
            "millivolts": LARGEST_MV,
            "after": "resample",
            "why": "probably a wrong gain: no training recording has more than 1.4 mV",
        },
    ]


def training(recordings: Recordings) -> dict:
    seconds = recordings.seconds
    counts = np.bincount(recordings.label, minlength=4).tolist()
    return {
        "source": "cinc2017",
        "n": len(recordings.names),
        "people": "not recorded; one person may have several recordings, on both sides of a split",
        "sites": "not recorded",
        "age": "not recorded",
        "sex": "not recorded",
        "dates": "not recorded",
        "device": "AliveCor, one lead, 300 Hz",
        "durationSeconds": {
            "minimum": round(float(seconds.min()), 1),
            "median": round(float(np.median(seconds)), 1),
            "maximum": round(float(seconds.max()), 1),
        },
        "classes": dict(zip(CLASSES, counts, strict=True)),
        "publishedClasses": dict(zip(CLASSES, map(int, PUBLISHED_COUNTS), strict=True)),
        "label": "reading by experts, labels v3 of the challenge",
        "foldsBy": "recording",
        "payload": PAYLOAD,
        "groups": {f"fold-{fold}": group(recordings, fold) for fold in range(1, FOLDS + 1)},
    }


def group(recordings: Recordings, fold: int) -> list[str]:
    return sorted(digest for digest, own in zip(recordings.hashes, recordings.fold, strict=True) if own == fold)


def files(folder: Path) -> list[dict]:
    folds = [
        {"file": file, "sha256": sha256(folder / file), "role": "fold", "leftOut": f"fold-{weights_name(file)}"}
        for file in FILES
        if file != "all.onnx"
    ]
    return [{"file": "all.onnx", "sha256": sha256(folder / "all.onnx"), "role": "final"}, *folds]


def contract(folder: Path, recordings: Recordings, results: dict) -> dict:
    choices = results["choices"]
    return {
        "name": "ecg-af",
        "version": VERSION,
        "title": "Atrial fibrillation from one ECG lead",
        "task": "multiclass",
        "classes": CLASSES,
        "positive": CLASSES[FIBRILLATION],
        "accepts": {
            "kind": "ecg",
            "leads": {"oneOf": LEADS},
            "samplingRateHz": {"minimum": 100, "maximum": 1000},
            "durationSeconds": {"minimum": SHORTEST_S, "maximum": LONGEST_S},
        },
        "preprocessing": preprocessing(),
        "inputs": [
            {
                "name": "millivolts",
                "type": "float32",
                "shape": ["windows", "samples"],
                "meaning": "windows of one recording in mV at 100 Hz, 900 to 3000 samples",
            }
        ],
        "outputs": [
            {
                "name": "logits",
                "type": "float32",
                "shape": ["windows", len(CLASSES)],
                "values": "logits",
                "meaning": "calibrated logits of each window, classes in order",
            },
            {
                "name": "probabilities",
                "type": "float32",
                "shape": [len(CLASSES)],
                "values": "probabilities",
                "meaning": "probability of each class for the recording, classes in order: softmax of the mean logits",
            },
        ],
        "calibration": {
            "method": "logits / temperature + log(published / sample prevalence); the temperature by weighted log loss on "
            "out-of-fold logits, for a fold's file on those of the other four folds",
            "inGraph": True,
            "prevalence": dict(zip(CLASSES, PUBLISHED.round(5).tolist(), strict=True)),
            "temperature": {file: choices[file]["temperature"] for file in FILES},
        },
        "thresholds": thresholds(results),
        "abstain": abstentions(choices),
        "lane": "standard",
        "memoryMb": 512,
        "files": files(folder),
        "golden": {"file": "golden.json", "sha256": sha256(folder / "golden.json"), "tolerance": 1e-5},
        "training": training(recordings),
        **TEXTS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", required=True, type=Path)
    parser.add_argument("--labels", required=True, type=Path)
    parser.add_argument("--to", dest="target", required=True, type=Path)
    options = parser.parse_args()
    recordings = read_recordings(options.source, options.labels)
    deviations = [float(signal.std()) for signal in recordings.signals]
    if min(deviations) < FLATTEST_MV or max(deviations) > LARGEST_MV:
        raise ValueError(
            f"standard deviations: found {min(deviations):.4f} to {max(deviations):.4f} mV, "
            f"allowed {FLATTEST_MV} to {LARGEST_MV} mV"
        )
    results = json.loads((Path(__file__).parent / "results.json").read_text())
    target = options.target / "model.json"
    target.write_text(json.dumps(contract(options.target, recordings, results), indent=1) + "\n")


if __name__ == "__main__":
    main()
