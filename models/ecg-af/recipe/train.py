"""Trains one network per left-out fold and one on all recordings; writes their weights and logits to a working folder.

    python train.py --from training2017 --labels labels.csv --work work [--only 1 2 all] [--epochs 32]
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch

from payload import FOLDS
from recordings import read_recordings
from training import logits_of, train

SEED = 20260201
EPOCHS = 32


def weights_hash(network: torch.nn.Module) -> str:
    """SHA-256 over all weights in the order of their names, to compare two trainings."""
    state = network.state_dict()
    return hashlib.sha256(b"".join(state[name].numpy().tobytes() for name in sorted(state))).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", required=True, type=Path, help="folder of the .hea and .mat files")
    parser.add_argument("--labels", required=True, type=Path, help="labels.csv: record, label_v3, label_v1")
    parser.add_argument("--work", required=True, type=Path, help="folder for weights and logits")
    everything = [*map(str, range(1, FOLDS + 1)), "all"]
    parser.add_argument("--only", nargs="+", default=everything, help="folds to leave out, or all")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    recordings = read_recordings(options.source, options.labels)
    for name in options.only:
        start, processor = time.monotonic(), time.process_time()
        left_out = recordings.fold == (0 if name == "all" else int(name))
        # One seed for all: only the recordings differ.
        trained = train(recordings, np.where(~left_out)[0], options.epochs, SEED)
        torch.save(trained.network.state_dict(), options.work / f"{name}.pt")
        if left_out.any():
            rows = np.where(left_out)[0]
            logits = logits_of(trained.network, [recordings.signals[row] for row in rows])
            np.savez(options.work / f"{name}.npz", rows=rows, logits=logits)
        record = {
            "trainedOn": int((~left_out).sum()),
            "epochs": options.epochs,
            "loss": [round(value, 4) for value in trained.loss],
            "wallSeconds": round(time.monotonic() - start),
            "processorSeconds": round(time.process_time() - processor),
            "weightsSha256": weights_hash(trained.network),
        }
        (options.work / f"{name}.json").write_text(json.dumps(record) + "\n")
        print(f"without {name}: loss {trained.loss[-1]:.3f}, {record['processorSeconds']} s of processor time", flush=True)


if __name__ == "__main__":
    main()
