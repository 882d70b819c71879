"""Runs an ONNX file as the product does: windows of one recording in, probabilities of the recording out."""

from pathlib import Path

import numpy as np
import onnxruntime

from resample import windows


def open_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(logits [window][class], probabilities [class]) of one recording in mV at the model's rate."""
    logits, probabilities = session.run(["logits", "probabilities"], {"millivolts": windows(signal.astype(np.float32))})
    return logits, probabilities


def probabilities_of(path: Path, signals: list[np.ndarray]) -> np.ndarray:
    session = open_session(path)
    return np.stack([run(session, signal)[1] for signal in signals]).astype(np.float64)
