"""Writes the ONNX files and results.json: out-of-fold figures from the ONNX files, and the other sources.

    python evaluate.py --from training2017 --labels labels.csv --work work --to .. \\
      [--mitdb mitdb --cpsc2021 cpsc2021 --ptb-xl ptbxl --cinc2021 cinc2021]
"""

import argparse
import json
import platform
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from choosing import FALSE_ALARMS, FILES, READABLE_LOST, choose, load_network, out_of_fold_logits, weights_name
from external import cinc_2021, cpsc_2021, mit_bih, ptb_xl
from external_results import describe
from graph import write_graph
from inference import probabilities_of
from out_of_fold import out_of_fold
from payload import FOLDS
from recordings import CLASSES, PUBLISHED_COUNTS, read_recordings

LEADS = ("I", "II")
SOURCES = {
    "mitdb": [mit_bih],
    "cpsc2021": [partial(cpsc_2021, lead=lead) for lead in LEADS],
    "ptb_xl": [partial(ptb_xl, lead=lead) for lead in LEADS],
    "cinc2021": [partial(cinc_2021, lead=lead) for lead in LEADS],
}


def rounded(value):
    """Every float of nested lists and dictionaries to five decimals."""
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 5) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", required=True, type=Path)
    parser.add_argument("--labels", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path, help="folder that train.py wrote")
    parser.add_argument("--to", dest="target", required=True, type=Path, help="folder for the ONNX files")
    for name in SOURCES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, help="its folder; left out of the results if not given")
    options = parser.parse_args()
    recordings = read_recordings(options.source, options.labels)
    logits = out_of_fold_logits(options.work, recordings)
    choices = {file: choose(file, recordings, logits) for file in FILES}
    for file, choice in choices.items():
        write_graph(options.target / file, load_network(options.work, weights_name(file)), choice.calibration)
    probability = np.zeros((len(logits), 4))
    for fold in range(1, FOLDS + 1):
        rows = np.where(recordings.fold == fold)[0]
        signals = [recordings.signals[row] for row in rows]
        probability[rows] = probabilities_of(options.target / f"fold-{fold}.onnx", signals)
    sources = [
        read(folder)
        for name, readers in SOURCES.items()
        if (folder := getattr(options, name)) is not None
        for read in readers
    ]
    results = {
        "environment": {
            "python": platform.python_version(),
            "machine": platform.machine(),
            **{name: version(name) for name in ("torch", "numpy", "scipy", "onnx", "onnxruntime")},
        },
        "training": {
            file: json.loads((options.work / f"{weights_name(file)}.json").read_text()) for file in FILES
        },
        "rules": {"readableLost": READABLE_LOST, "falseAlarms": FALSE_ALARMS},
        "published": dict(zip(CLASSES, map(int, PUBLISHED_COUNTS), strict=True)),
        "sample": dict(zip(CLASSES, np.bincount(recordings.label).tolist(), strict=True)),
        "choices": {file: choice.record() for file, choice in choices.items()},
        "outOfFold": out_of_fold(recordings, probability, choices),
        "external": [describe(source, options.target / "all.onnx", choices["all.onnx"]) for source in sources],
    }
    (Path(__file__).parent / "results.json").write_text(json.dumps(rounded(results), indent=1) + "\n")


if __name__ == "__main__":
    main()
