"""The people of the four hospitals as arrays, read from the file that `tricuspid datasets export` writes."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np

# In the order of the input tensors; the first ten are measured by every hospital, the last three hardly anywhere.
SHARED_FIELDS = [
    "age",
    "sex",
    "chestPain",
    "restingBloodPressure",
    "cholesterol",
    "fastingBloodSugarOver120",
    "restingEcg",
    "maximumHeartRate",
    "exerciseAngina",
    "stDepression",
]
RARE_FIELDS = ["stSlope", "majorVessels", "thallium"]
FIELDS = SHARED_FIELDS + RARE_FIELDS
SEX_CODES = {"F": 0.0, "M": 1.0}


@dataclass(frozen=True)
class People:
    values: np.ndarray  # [person][field], 0 where missing
    present: np.ndarray  # [person][field], 1 measured, 0 missing
    disease: np.ndarray  # [person], 1 = more than 50 % narrowing
    site: np.ndarray  # [person], index into sites
    hashes: list[str]  # sha256 of the canonical payload, per person
    sites: list[str]

    def at(self, sites: list[str]) -> np.ndarray:
        """True for the people of the given hospitals."""
        return np.isin(self.site, [self.sites.index(site) for site in sites])


def to_row(fields: dict) -> tuple[list[float], list[float]]:
    """Values and presence of one record in the order of FIELDS; an unknown field is refused."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"unknown fields {sorted(unknown)}; known are {FIELDS}")
    numbers = {name: SEX_CODES[value] if name == "sex" else float(value) for name, value in fields.items()}
    return [numbers.get(name, 0.0) for name in FIELDS], [float(name in numbers) for name in FIELDS]


def read_people(path: str) -> People:
    """Reads the exported JSON lines and checks every payload against its hash."""
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    for row in rows:
        digest = hashlib.sha256(row["payload"].encode("utf-8")).hexdigest()
        if digest != row["hash"]:
            raise ValueError(f"{row['site']} row {row['row']}: payload hashes to {digest}, file says {row['hash']}")
    pairs = [to_row(json.loads(row["payload"])) for row in rows]
    sites = list(dict.fromkeys(row["site"] for row in rows))
    return People(
        values=np.array([values for values, _ in pairs], dtype=np.float32),
        present=np.array([present for _, present in pairs], dtype=np.float32),
        disease=np.array([row["label"] for row in rows], dtype=np.float32),
        site=np.array([sites.index(row["site"]) for row in rows]),
        hashes=[row["hash"] for row in rows],
        sites=sites,
    )
