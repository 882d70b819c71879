"""The logistic regression to be beaten: ten shared fields, medians for missing values, ridge with C = 1.

Also with missingness flags and with all thirteen fields, so that the comparison is not one of fields."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from measurements import FIELDS, SHARED_FIELDS, People

CODES = {"chestPain": [1, 2, 3, 4], "restingEcg": [0, 1, 2], "stSlope": [1, 2, 3], "thallium": [3, 6, 7]}


def columns(values: np.ndarray, present: np.ndarray, fill: np.ndarray, fields: list[str], flags: bool) -> np.ndarray:
    filled = np.where(present == 1, values, fill)
    parts = []
    for name in fields:
        field = filled[:, FIELDS.index(name)]
        parts += [field == code for code in CODES[name]] if name in CODES else [field]
    if flags:
        parts += [1 - present[:, FIELDS.index(name)] for name in fields]
    return np.stack(parts, axis=1).astype(np.float64)


def logistic_probabilities(people: People, train: list[str], test: list[str], rare: bool, flags: bool) -> np.ndarray:
    """Probability for the people of `test` from a model fitted to the people of `train`."""
    rows, unseen, fields = people.at(train), people.at(test), FIELDS if rare else SHARED_FIELDS
    measured = np.where(people.present[rows] == 1, people.values[rows], np.nan)
    fill = np.nanmedian(measured, axis=0)
    scaler = StandardScaler()
    inputs = scaler.fit_transform(columns(people.values[rows], people.present[rows], fill, fields, flags))
    model = LogisticRegression(C=1.0, max_iter=1000).fit(inputs, people.disease[rows])
    tested = columns(people.values[unseen], people.present[unseen], fill, fields, flags)
    return model.predict_proba(scaler.transform(tested))[:, 1]
