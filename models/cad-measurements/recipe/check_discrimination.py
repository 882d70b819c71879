"""Compares discrimination.py with R's pROC on invented scores (ties included) to 1e-9.

    python check_discrimination.py        needs Rscript and the R package pROC
"""

import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from discrimination import auroc_interval, paired_difference

R_PROGRAM = """
suppressMessages(library(pROC))
d <- read.csv(commandArgs(TRUE)[1])
a <- roc(d$disease, d$first, levels = c(0, 1), direction = "<")
b <- roc(d$disease, d$second, levels = c(0, 1), direction = "<")
t <- roc.test(a, b, paired = TRUE, method = "delong", conf.level = 0.95)
i <- ci.auc(a, method = "delong")
cat(sprintf("%.15g", c(i[2], i[1], i[3], t$estimate[1] - t$estimate[2], t$conf.int[1], t$conf.int[2], t$p.value)))
cat("\\npROC", as.character(packageVersion("pROC")), "R", as.character(getRversion()), "\\n")
"""


def invented(seed: int, people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    disease = (random.random(people) < 0.4).astype(float)
    first = np.round(random.normal(size=people) + 1.2 * disease, 1)
    return first, np.round(0.6 * first + random.normal(size=people) + 0.3 * disease, 1), disease


def main() -> None:
    for seed, people in ((1, 40), (2, 123), (3, 600)):
        first, second, disease = invented(seed, people)
        area, difference = auroc_interval(first, disease), paired_difference(first, second, disease)
        ours = [area[key] for key in ("estimate", "lower", "upper")] + [difference[key] for key in ("estimate", "lower", "upper", "p")]
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "scores.csv"
            with table.open("w", newline="") as file:
                csv.writer(file).writerows([("first", "second", "disease"), *zip(first, second, disease)])
            done = subprocess.run(["Rscript", "-e", R_PROGRAM, str(table)], capture_output=True, text=True, check=True)
        numbers, versions = done.stdout.strip().split("\n")
        largest = np.abs(np.array(ours) - np.array(numbers.split(), dtype=float)).max()
        print(f"{people} people: largest difference {largest:.1e} ({versions.strip()})")
        if largest > 1e-9:
            raise SystemExit(f"differs from pROC by {largest}, at most 1e-9 is allowed")


if __name__ == "__main__":
    main()
