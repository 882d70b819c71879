"""The other side of bench/ecg.ts: parse with wfdb-python, resample with scipy, infer with onnxruntime, one thread each.

Needs `pip install wfdb scipy onnxruntime`. Started by bench/ecg.ts, which writes the records; answers each line on stdin with a JSON
line: CPU and wall seconds of one round over all records, and the probabilities of fibrillation, so that both sides are seen to agree.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import onnxruntime
import scipy
import wfdb
from scipy.signal import resample_poly

folder, records, weights, lead, to_hz = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def score(number):
    record = wfdb.rdrecord(f"{folder}/{number}")
    signal = record.p_signal[:, record.sig_name.index(lead)]
    divisor = int(np.gcd(int(record.fs), to_hz))
    resampled = resample_poly(
        signal, to_hz // divisor, int(record.fs) // divisor, window=("kaiser", 5.0), padtype="line"
    )
    return float(session.run(["probabilities"], {"millivolts": resampled[None].astype(np.float32)})[0][1])


print(json.dumps({"versions": f"wfdb {wfdb.__version__}, scipy {scipy.__version__}, onnxruntime {onnxruntime.__version__}"}), flush=True)
for line in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    scores = [score(number) for number in range(records)]
    print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "scores": scores}), flush=True)
