"""Writes model.json and golden.json beside the ONNX files, after train.py.

    python contract.py --from uci-heart.jsonl --to ..
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime

from golden_people import GOLDEN_PEOPLE
from measurements import FIELDS, People, read_people, to_row

VERSION = "1.0.0"
# Years of angiography in the raw files of the repository (a few stray years left out); the processed files carry no dates.
DATES = {
    "cleveland": "1981-1984",
    "hungary": "1983-1987",
    "switzerland": "1984-1985",
    "va-long-beach": "1983-1987",
}
FIELD_RULES = {
    "age": {"unit": "year", "minimum": 18, "maximum": 100, "required": True},
    "sex": {"codes": {"F": 0, "M": 1}, "required": True},
    "chestPain": {
        "codes": {"1": 1, "2": 2, "3": 3, "4": 4},
        "meaning": {"1": "typical angina", "2": "atypical angina", "3": "non-anginal pain", "4": "asymptomatic"},
        "required": False,
    },
    "restingBloodPressure": {"unit": "mm[Hg]", "minimum": 60, "maximum": 260, "required": False},
    "cholesterol": {"unit": "mg/dL", "minimum": 50, "maximum": 800, "required": False},
    "fastingBloodSugarOver120": {
        "codes": {"0": 0, "1": 1},
        "meaning": {"0": "at most 120 mg/dL", "1": "above 120 mg/dL"},
        "required": False,
    },
    "restingEcg": {
        "codes": {"0": 0, "1": 1, "2": 2},
        "meaning": {"0": "normal", "1": "ST-T abnormality", "2": "left ventricular hypertrophy (Estes)"},
        "required": False,
    },
    "maximumHeartRate": {"unit": "/min", "minimum": 40, "maximum": 240, "required": False},
    "exerciseAngina": {"codes": {"0": 0, "1": 1}, "meaning": {"0": "no", "1": "yes"}, "required": False},
    "stDepression": {"unit": "mm", "minimum": -5, "maximum": 10, "required": False},
    "stSlope": {
        "codes": {"1": 1, "2": 2, "3": 3},
        "meaning": {"1": "upsloping", "2": "flat", "3": "downsloping"},
        "required": False,
    },
    "majorVessels": {"unit": "1", "minimum": 0, "maximum": 3, "required": False},
    "thallium": {
        "codes": {"3": 3, "6": 6, "7": 7},
        "meaning": {"3": "normal", "6": "fixed defect", "7": "reversible defect"},
        "required": False,
    },
}
# Without these the model has little to go on; which of them may be absent together is a limit, not a result.
CORE_FIELDS = ["chestPain", "maximumHeartRate", "exerciseAngina", "stDepression", "restingEcg", "restingBloodPressure"]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def float32_number(value: np.float32) -> float:
    """The float32 as a double, every digit kept."""
    return float(value)


def golden_cases(folder: Path, files: list[str], order: list[str]) -> dict:
    columns = [FIELDS.index(name) for name in order]
    rows = [to_row(fields) for fields in GOLDEN_PEOPLE]
    inputs = {
        "values": np.array([values for values, _ in rows], dtype=np.float32)[:, columns],
        "present": np.array([present for _, present in rows], dtype=np.float32)[:, columns],
    }
    outputs = {}
    for file in files:
        session = onnxruntime.InferenceSession(str(folder / file), providers=["CPUExecutionProvider"])
        outputs[file] = session.run(["probability"], inputs)[0]
    return {
        "environment": f"onnxruntime {onnxruntime.__version__} (Python), CPU, x86_64",
        "command": "python contract.py --from uci-heart.jsonl --to ..",
        "cases": [
            {"fields": fields, "expected": {file: float32_number(outputs[file][index]) for file in files}}
            for index, fields in enumerate(GOLDEN_PEOPLE)
        ],
    }


def site_record(people: People, site: str) -> dict:
    rows = people.at([site])
    ages, women = people.values[rows][:, FIELDS.index("age")], people.values[rows][:, FIELDS.index("sex")] == 0
    return {
        "site": site,
        "n": int(rows.sum()),
        "women": int(women.sum()),
        "ageMinimum": int(ages.min()),
        "ageMedian": float(np.median(ages)),
        "ageMaximum": int(ages.max()),
        "prevalence": round(float(people.disease[rows].mean()), 3),
        "dates": f"{DATES[site]} (years of angiography in the raw files)",
    }


def thresholds(results: dict) -> list[dict]:
    texts = {
        "balanced": ("youden", "largest sensitivity + specificity on inner out-of-fold predictions of the training hospitals"),
        "sensitive": ("sensitive", "90 % sensitivity on inner out-of-fold predictions of the training hospitals"),
    }
    folds = {f"without-{hospital['site']}.onnx": hospital["choice"] for hospital in results["hospitals"]}
    return [
        {
            "name": name,
            "value": results["final"][key],
            "chosen": chosen,
            "folds": {file: choice[key] for file, choice in folds.items()},
        }
        for name, (key, chosen) in texts.items()
    ]


def contract(folder: Path, people: People, results: dict) -> dict:
    order = results["fields"]
    shape = ["n", len(order)]
    final = {"file": "all.onnx", "sha256": sha256(folder / "all.onnx"), "role": "final"}
    folds = [
        {"file": file, "sha256": sha256(folder / file), "role": "fold", "leftOut": site}
        for site in people.sites
        for file in [f"without-{site}.onnx"]
    ]
    return {
        "name": "cad-measurements",
        "version": VERSION,
        "title": "Coronary artery disease from measurements",
        "task": "binary",
        "accepts": {
            "kind": "measurements",
            "fields": [{"name": name, **FIELD_RULES[name]} for name in order],
            "age": {"minimumYears": 25, "maximumYears": 80},
            "sex": ["F", "M"],
        },
        "preprocessing": [{"operation": "fields-to-tensor", "order": order}],
        "inputs": [
            {"name": "values", "type": "float32", "shape": shape, "meaning": "fields in order, codes as numbers, 0 where missing"},
            {"name": "present", "type": "float32", "shape": shape, "meaning": "1 where the field is present, 0 where missing"},
        ],
        "outputs": [
            {
                "name": "probability",
                "type": "float32",
                "shape": ["n"],
                "meaning": "probability of > 50 % narrowing of a coronary artery",
            }
        ],
        "calibration": {
            "method": "Platt scaling of inner out-of-fold logits: common slope within hospitals, one intercept at the training prevalence",
            "inGraph": True,
        },
        "thresholds": thresholds(results),
        "abstain": [
            {
                "rule": "missing-fields",
                "maximumMissing": 4,
                "of": CORE_FIELDS,
                "why": "with fewer than two of these the answer is hardly more than age, sex and the prevalence of the training hospitals",
            },
            {
                "rule": "age-outside",
                "minimumYears": 25,
                "maximumYears": 80,
                "why": "the training people were 28 to 77 years old",
            },
        ],
        "lane": "standard",
        "memoryMb": 512,
        "files": [final, *folds],
        "golden": {"file": "golden.json", "sha256": sha256(folder / "golden.json"), "tolerance": 1e-5},
        "training": {
            "sites": [site_record(people, site) for site in people.sites],
            "groups": {
                site: [digest for digest, at in zip(people.hashes, people.at([site])) if at] for site in people.sites
            },
            "label": "angiography: more than 50 % narrowing of the diameter of a major coronary artery",
        },
        "intendedUse": "Research: testing validation, calibration and fairness across hospitals on people referred for coronary angiography",
        "notFor": [
            "decisions about the care of a person",
            "people who were not referred for angiography, such as screening",
            "a probability at a hospital where the prevalence is not that of the training hospitals, without recalibration",
            "claims about women: 194 of 920 training people, 16 of them outside Cleveland and Hungary",
        ],
        "regulatoryStatus": "research use only",
        "licence": {"weights": "Apache-2.0", "data": "CC BY 4.0"},
        "citation": [
            "Janosi A, Steinbrunn W, Pfisterer M, Detrano R. Heart Disease. UCI Machine Learning Repository, 1988, doi 10.24432/C52P4X",
            "Detrano R et al. Am J Cardiol 1989;64:304-310, doi 10.1016/0002-9149(89)90524-9",
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="file of `tricuspid datasets export uci-heart`")
    parser.add_argument("--to", dest="target", required=True, type=Path, help="folder with the ONNX files")
    options = parser.parse_args()
    people = read_people(options.source)
    results = json.loads((Path(__file__).parent / "results.json").read_text())
    files = ["all.onnx", *(f"without-{site}.onnx" for site in people.sites)]
    golden = golden_cases(options.target, files, results["fields"])
    (options.target / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    (options.target / "model.json").write_text(json.dumps(contract(options.target, people, results), indent=1) + "\n")


if __name__ == "__main__":
    main()
