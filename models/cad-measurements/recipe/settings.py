"""The search space, written down once. Every combination is trained; the rule in choosing.py picks among them."""

from dataclasses import asdict, dataclass
from itertools import product

import numpy as np

from encoding import COLUMN_COUNT, SOURCE
from measurements import FIELDS, RARE_FIELDS

SEEDS = 6  # networks per setting, averaged
STEPS = 300
LEARNING_RATE = 0.02
HIDDEN = (16, 8)
LINEAR_PENALTY = 1.0  # ridge of the linear path, as scikit-learn's C = 1


@dataclass(frozen=True)
class Setting:
    rare_fields: bool  # also slope, vessels and thallium, which few hospitals measured
    missingness_flags: bool  # tell the network which values are missing
    site_intercept: bool  # one intercept per hospital while training, averaged afterwards
    field_dropout: float  # share of measured values hidden at each step
    hidden_penalty: float  # ridge of the hidden layers

    def record(self) -> dict:
        return asdict(self)

    def column_mask(self) -> np.ndarray:
        """1 for the columns that this setting sees, 0 for the others."""
        allowed = np.array([self.rare_fields or name not in RARE_FIELDS for name in FIELDS], dtype=np.float32)
        return np.concatenate([allowed[SOURCE], allowed * float(self.missingness_flags)]).astype(np.float32)


SPACE = {
    "rare_fields": [False, True],
    "missingness_flags": [False, True],
    "site_intercept": [False, True],
    "field_dropout": [0.3, 0.5],
    "hidden_penalty": [0.125, 0.5, 2.0],
}
SETTINGS = [Setting(*values) for values in product(*SPACE.values())]
assert len(SETTINGS[0].column_mask()) == COLUMN_COUNT
