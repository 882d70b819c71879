"""The training recordings: CinC 2017, single lead, with labels, payload hashes and folds."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from payload import deal_folds, microvolts, payload_hash
from recording import read_recording
from resample import resample

CLASSES = ["normal", "atrial-fibrillation", "other-rhythm", "noise"]
CODES = ["N", "A", "O", "~"]
# The whole training set of the challenge, labels v3; the records here are enriched in A and ~.
PUBLISHED_COUNTS = np.array([5050, 738, 2456, 284])
PUBLISHED = PUBLISHED_COUNTS / PUBLISHED_COUNTS.sum()
LEAD = "ECG"  # as the files name it: AliveCor, lead I with an electrode in each hand, some recordings reversed
NORMAL, FIBRILLATION, OTHER, NOISE = range(4)


@dataclass(frozen=True)
class Recordings:
    names: list[str]
    hashes: list[str]
    signals: list[np.ndarray]  # mV at the model's rate, float32
    label: np.ndarray  # index into CLASSES
    first_label: np.ndarray  # of the first release of labels, v1
    fold: np.ndarray  # 1 to 5
    seconds: np.ndarray

    def prevalence(self, rows: np.ndarray) -> np.ndarray:
        return np.bincount(self.label[rows], minlength=4) / rows.sum()

    def weights(self, rows: np.ndarray) -> np.ndarray:
        """Weight of each record so that the classes count as in the published training set; the mean is 1."""
        return (PUBLISHED / self.prevalence(rows))[self.label[rows]]


def read_recordings(folder: Path, labels: Path) -> Recordings:
    """Reads `<record>.hea` and `.mat` of `folder` for every line of labels.csv."""
    with labels.open() as file:
        lines = sorted(csv.DictReader(file), key=lambda line: line["record"])
    names, hashes, signals, seconds = [], [], [], []
    for line in lines:
        recording = read_recording(folder / f"{line['record']}.hea")
        rate, samples = recording.sampling_rate_hz, microvolts(recording.millivolts[0])
        names.append(line["record"])
        hashes.append(payload_hash(rate, LEAD, samples))
        signals.append(resample(samples / 1000, rate).astype(np.float32))
        seconds.append(len(samples) / rate)
    codes = [line["label_v3"] for line in lines]
    return Recordings(
        names=names,
        hashes=hashes,
        signals=signals,
        label=np.array([CODES.index(code) for code in codes]),
        first_label=np.array([CODES.index(line["label_v1"]) for line in lines]),
        fold=deal_folds(hashes, codes),
        seconds=np.array(seconds),
    )
