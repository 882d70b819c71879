"""The canonical payload of a single-lead ECG, its hash, and the fold that the hash decides."""

import hashlib

import numpy as np

FOLDS = 5


def microvolts(millivolts: np.ndarray) -> np.ndarray:
    """int32 microvolts, rounded half up as JavaScript's Math.round does."""
    return np.floor(np.asarray(millivolts, dtype=np.float64) * 1000 + 0.5).astype("<i4")


def canonical_payload(sampling_rate_hz: float, lead: str, samples: np.ndarray) -> bytes:
    """`ecg/1 <samplingRateHz> <lead> <samples>\\n` in ASCII, then the microvolts as little-endian int32."""
    return f"ecg/1 {sampling_rate_hz:g} {lead} {len(samples)}\n".encode("ascii") + samples.astype("<i4").tobytes()


def payload_hash(sampling_rate_hz: float, lead: str, samples: np.ndarray) -> str:
    return hashlib.sha256(canonical_payload(sampling_rate_hz, lead, samples)).hexdigest()


def deal_folds(hashes: list[str], labels: list[str]) -> np.ndarray:
    """Folds 1 to 5: within each class the records, in the order of their hashes, are dealt out in turn.

    Equal payloads (equal hashes) get the fold of the first of them."""
    fold = np.zeros(len(hashes), dtype=np.int64)
    given: dict[str, int] = {}
    for label in sorted(set(labels)):
        rows = sorted((row for row, own in enumerate(labels) if own == label), key=lambda row: hashes[row])
        for turn, row in enumerate(rows):
            fold[row] = given.setdefault(hashes[row], turn % FOLDS + 1)
    return fold
