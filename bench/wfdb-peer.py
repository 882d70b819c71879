"""The other side of bench/wfdb.ts: writes the records with wfdb-python, then reads them as often as it is told.

Needs `pip install wfdb`. Started by bench/wfdb.ts; answers each line `<format>` on stdin with a JSON line: CPU and wall seconds of one
round, and a sum over all samples, so that both sides are seen to read the same.
"""
import json
import sys
import time

import numpy as np
import wfdb

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
folder, records, rate, seconds = sys.argv[1], int(sys.argv[2]), 500, 10
random = np.random.default_rng(1)


def write(fmt, number):
    """Noise on a wave at the rate of a heart, scaled to a quarter of the range; no model of a heart."""
    t = np.arange(rate * seconds) / rate
    waves = np.stack([np.sin(2 * np.pi * (1.2 * t + random.uniform())) ** 15 for _ in LEADS], axis=1)
    d = np.round(500 * (waves + random.normal(0, 0.02, waves.shape))).astype(np.int64)
    wfdb.wrsamp(
        f"f{fmt}_{number}", fs=rate, units=["mV"] * 12, sig_name=LEADS, d_signal=d, fmt=[fmt] * 12,
        adc_gain=[1000.0 if fmt == "16" else 200.0] * 12, baseline=[0] * 12, write_dir=folder,
    )


def read(fmt):
    total = 0.0
    cpu, wall = time.process_time(), time.perf_counter()
    for number in range(records):
        total += wfdb.rdrecord(f"{folder}/f{fmt}_{number}").p_signal[-1, -1]
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "total": total}


for fmt in ("16", "212"):
    for number in range(records):
        write(fmt, number)
print(json.dumps({"version": wfdb.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(read(line.strip())), flush=True)
