"""From fields to columns: numbers scaled and clipped, codes one-hot, missing = the mean of the training people.

The same constants go into the ONNX graph, so that the product hands over plain fields."""

from dataclasses import dataclass

import numpy as np

from measurements import FIELDS, People

CLIP = 3.0  # standard deviations; keeps one hospital's outliers from steering the others

# (field, code or None for a number, sign that its effect on coronary disease may have, 0 = either)
COLUMNS = [
    ("age", None, +1),
    ("sex", None, +1),
    ("chestPain", 1, 0),
    ("chestPain", 2, -1),
    ("chestPain", 3, -1),
    ("chestPain", 4, +1),
    ("restingBloodPressure", None, +1),
    ("cholesterol", None, +1),
    ("fastingBloodSugarOver120", None, +1),
    ("restingEcg", 0, -1),
    ("restingEcg", 1, +1),
    ("restingEcg", 2, +1),
    ("maximumHeartRate", None, -1),
    ("exerciseAngina", None, +1),
    ("stDepression", None, +1),
    ("stSlope", 1, -1),
    ("stSlope", 2, +1),
    ("stSlope", 3, +1),
    ("majorVessels", None, +1),
    ("thallium", 3, -1),
    ("thallium", 6, +1),
    ("thallium", 7, +1),
]
SOURCE = np.array([FIELDS.index(field) for field, _, _ in COLUMNS])
IS_CODE = np.array([code is not None for _, code, _ in COLUMNS])
CODE = np.array([0 if code is None else code for _, code, _ in COLUMNS], dtype=np.float32)
# A missingness flag per field follows the columns; no sign is assumed for it.
SIGN = np.array([sign for _, _, sign in COLUMNS] + [0] * len(FIELDS), dtype=np.float32)
COLUMN_COUNT = len(COLUMNS) + len(FIELDS)


@dataclass(frozen=True)
class Scaling:
    mean: np.ndarray  # [column]
    scale: np.ndarray  # [column]


def raw_columns(values: np.ndarray) -> np.ndarray:
    picked = values[:, SOURCE]
    return np.where(IS_CODE, (picked == CODE).astype(np.float32), picked)


def fit_scaling(people: People, rows: np.ndarray) -> Scaling:
    """Mean and standard deviation over the measured values of the training people; codes are scaled by 1/2."""
    raw, measured = raw_columns(people.values[rows]), people.present[rows][:, SOURCE]
    count = np.maximum(measured.sum(0), 1)
    mean = (raw * measured).sum(0) / count
    deviation = np.sqrt((((raw - mean) ** 2) * measured).sum(0) / count)
    scale = np.where(IS_CODE, 0.5, np.where(deviation > 0, deviation, 1.0))
    return Scaling(mean.astype(np.float32), scale.astype(np.float32))


def encode(values: np.ndarray, scaling: Scaling) -> np.ndarray:
    """Scaled columns [person][column], before missing values are set to 0 (the mean)."""
    return np.clip((raw_columns(values) - scaling.mean) / scaling.scale, -CLIP, CLIP).astype(np.float32)
