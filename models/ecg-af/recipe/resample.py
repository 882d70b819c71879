"""Resampling to the model's rate and cutting into windows: the only preprocessing outside the ONNX graph."""

from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly

MODEL_RATE_HZ = 100
WINDOW_SAMPLES = 3000
STRIDE_SAMPLES = 1500


def resample(samples: np.ndarray, from_hz: float, to_hz: float = MODEL_RATE_HZ) -> np.ndarray:
    """As the product resamples: SciPy's polyphase filter (Kaiser, beta 5), the line through both ends going on beyond them.

    Equal rates return the samples as they are."""
    ratio = Fraction(to_hz / from_hz).limit_denominator(5000)
    if ratio == 1:
        return np.asarray(samples, dtype=np.float64)
    return resample_poly(np.asarray(samples, dtype=np.float64), ratio.numerator, ratio.denominator, padtype="line")


def windows(samples: np.ndarray) -> np.ndarray:
    """[window][sample]: up to 30 s the whole recording, else 30 s every 15 s, the last one ending with the recording."""
    count = len(samples)
    if count <= WINDOW_SAMPLES:
        return samples[None, :]
    starts = list(range(0, count - WINDOW_SAMPLES + 1, STRIDE_SAMPLES))
    if starts[-1] != count - WINDOW_SAMPLES:
        starts.append(count - WINDOW_SAMPLES)
    return np.stack([samples[start : start + WINDOW_SAMPLES] for start in starts])
