"""Writes golden.json: invented recordings (sums of Gaussian waves) and what every ONNX file makes of them.

    python golden.py --to ..
"""

import argparse
import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from choosing import FILES
from inference import open_session, run
from payload import microvolts, payload_hash
from recordings import CLASSES, LEAD
from resample import resample, windows

# (time from R in s, height in mV, width in s) of the waves of a beat; no P in fibrillation.
BEAT = [(-0.17, 0.10, 0.025), (-0.03, -0.08, 0.010), (0.0, 0.90, 0.011), (0.03, -0.20, 0.012), (0.26, 0.22, 0.050)]
PREMATURE = [(-0.02, 0.2, 0.03), (0.02, 1.4, 0.035), (0.30, -0.45, 0.07)]


@dataclass(frozen=True)
class Case:
    name: str
    sampling_rate_hz: int
    seconds: int
    seed: int
    rhythm: str  # sinus, fibrillation, premature, noise


CASES = [
    Case("sinus rhythm", 100, 10, 1, "sinus"),
    Case("atrial fibrillation", 100, 30, 2, "fibrillation"),
    Case("sinus rhythm with premature beats, two windows", 360, 40, 3, "premature"),
    Case("noise", 250, 12, 4, "noise"),
    Case("atrial fibrillation, 128 Hz", 128, 20, 5, "fibrillation"),
]


def beats(case: Case, draws: np.random.Generator) -> list[tuple[float, list]]:
    """(time of R in s, waves) of every beat."""
    found, at = [], 0.4
    while at < case.seconds + 1:
        early = case.rhythm == "premature" and len(found) % 6 == 5
        waves = [wave for wave in BEAT if wave[0] > -0.1] if case.rhythm == "fibrillation" else BEAT
        found.append((at - 0.3 if early else at, PREMATURE if early else waves))
        at += draws.uniform(0.38, 1.05) if case.rhythm == "fibrillation" else 0.82 + draws.normal(0, 0.015)
    return found


def simulate(case: Case) -> np.ndarray:
    """mV of an invented recording; the same on every machine that has the same NumPy."""
    draws = np.random.default_rng(case.seed)
    seconds = np.arange(case.seconds * case.sampling_rate_hz) / case.sampling_rate_hz
    if case.rhythm == "noise":
        steps = draws.normal(0, 0.03, len(seconds)).cumsum()
        return steps - np.linspace(0, steps[-1], len(steps)) + draws.normal(0, 0.3, len(seconds))
    signal = 0.05 * np.sin(2 * np.pi * 0.25 * seconds) + draws.normal(0, 0.01, len(seconds))
    if case.rhythm == "fibrillation":
        signal += 0.04 * np.sin(2 * np.pi * 6.1 * seconds + 1.5 * np.sin(2 * np.pi * 0.4 * seconds))
    for time, waves in beats(case, draws):
        for offset, height, width in waves:
            signal += height * np.exp(-0.5 * ((seconds - time - offset) / width) ** 2)
    return signal


def case_record(case: Case, sessions: dict) -> dict:
    samples = microvolts(simulate(case))
    resampled = resample(samples / 1000, case.sampling_rate_hz)
    places = [0, 1, len(resampled) // 2, len(resampled) - 1]
    return {
        "name": case.name,
        "samplingRateHz": case.sampling_rate_hz,
        "leads": {LEAD: base64.b64encode(samples.astype("<i2").tobytes()).decode("ascii")},
        "payloadSha256": {LEAD: payload_hash(case.sampling_rate_hz, LEAD, samples)},
        "prepared": {
            "samples": len(resampled),
            "windows": len(windows(resampled)),
            "values": {str(place): float(resampled[place]) for place in places},
        },
        "expected": {file: [float(value) for value in run(session, resampled)[1]] for file, session in sessions.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", dest="target", required=True, type=Path)
    options = parser.parse_args()
    sessions = {file: open_session(options.target / file) for file in FILES}
    golden = {
        "environment": f"onnxruntime {onnxruntime.__version__} (Python), CPU, x86_64",
        "command": "python golden.py --to ..",
        "encoding": "leads: base64 of little-endian int16 microvolts; expected: probabilities in the order of classes",
        "classes": CLASSES,
        "cases": [case_record(case, sessions) for case in CASES],
    }
    (options.target / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
