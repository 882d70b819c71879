"""Trains the model and writes the ONNX files and results.json.

    python train.py --from uci-heart.jsonl --to ..
"""

import argparse
import json
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from scipy.special import expit

from baseline import logistic_probabilities
from calibration import at_sensitivity, calibration_at, fit_calibration, youden
from choosing import KEEP, best, scores
from discrimination import auroc, auroc_interval, paired_difference
from encoding import SOURCE, encode
from graph import write_graph
from measurements import FIELDS, SHARED_FIELDS, People, read_people
from network import Networks, setting_logits, train
from settings import HIDDEN, LEARNING_RATE, LINEAR_PENALTY, SEEDS, SETTINGS, SPACE, STEPS

SEED = 20260101
SENSITIVITY = 0.9


def train_alone(task: tuple[People, tuple[str, ...]]) -> tuple[tuple[str, ...], Networks]:
    people, sites = task
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    # One seed for every set of hospitals: only the people differ.
    return sites, train(people, list(sites), SEED)


def train_everything(people: People, workers: int) -> dict[tuple[str, ...], Networks]:
    """Networks for every set of two or more hospitals: pairs and triples for the choices, triples and all to ship."""
    sets = [subset for size in (4, 3, 2) for subset in combinations(people.sites, size)]
    trained = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for sites, networks in pool.map(train_alone, [(people, sites) for sites in sets]):
            trained[sites] = networks
            print(f"trained on {', '.join(sites)} ({len(trained)} of {len(sets)})", flush=True)
    return trained


def without(sites: tuple[str, ...], site: str) -> tuple[str, ...]:
    return tuple(other for other in sites if other != site)


def choose(people: People, trained: dict, sites: tuple[str, ...]) -> dict:
    """Settings, calibration and thresholds for a model trained on `sites`, from these hospitals alone."""
    inner = {site: setting_logits(trained[without(sites, site)], people, people.at([site])) for site in sites}
    score = scores(people, inner)
    chosen = best(score)
    logits = np.concatenate([inner[site][chosen].mean(0) for site in sites])
    disease = np.concatenate([people.disease[people.at([site])] for site in sites])
    site = np.concatenate([people.site[people.at([site])] for site in sites])
    slope, intercept = fit_calibration(logits, disease, site)
    probability = expit(slope * logits + intercept)
    return {
        "score": score,
        "chosen": chosen,
        "slope": slope,
        "intercept": intercept,
        "youden": youden(probability, disease),
        "sensitive": at_sensitivity(probability, disease, SENSITIVITY),
    }


def choice_record(choice: dict) -> dict:
    settings = [{**SETTINGS[i].record(), "innerAuroc": round(float(choice["score"][i]), 4)} for i in choice["chosen"]]
    names = ("slope", "intercept", "youden", "sensitive")
    return {"settings": settings, **{name: round(choice[name], 4) for name in names}}


def run_graph(path: Path, people: People, rows: np.ndarray, order: list[str]) -> np.ndarray:
    columns = [FIELDS.index(name) for name in order]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    inputs = {"values": people.values[rows][:, columns], "present": people.present[rows][:, columns]}
    return session.run(["probability"], inputs)[0].astype(np.float64)


def at_threshold(probability: np.ndarray, disease: np.ndarray, threshold: float) -> dict:
    positive = probability >= threshold
    return {
        "threshold": threshold,
        "sensitivity": float(positive[disease == 1].mean()),
        "specificity": float((~positive)[disease == 0].mean()),
    }


def by_sex(people: People, rows: np.ndarray, probability: np.ndarray) -> dict:
    """AUROC of women and men where there are at least 5 diseased and 5 healthy; the counts always."""
    result = {}
    for name, code in (("women", 0), ("men", 1)):
        group = people.values[rows][:, FIELDS.index("sex")] == code
        disease = people.disease[rows][group]
        enough = min(disease.sum(), (1 - disease).sum()) >= 5
        result[name] = {
            "n": int(group.sum()),
            "diseased": int(disease.sum()),
            "auroc": auroc_interval(probability[group], disease) if enough else None,
        }
    return result


def restricted(people: People, trained: dict, site: str, choice: dict) -> dict:
    """What the same rule gives with one factor held: reported for the card, never used to choose."""
    rows = people.at([site])
    logits = setting_logits(trained[without(tuple(people.sites), site)], people, rows)
    result = {}
    for name, values in SPACE.items():
        for value in values:
            chosen = best(choice["score"], lambda setting: getattr(setting, name) == value)
            result[f"{name}={value}"] = auroc(logits[chosen].mean(0), people.disease[rows])
    return result


def nonlinear_share(networks: Networks, people: People, rows: np.ndarray, chosen: list[int]) -> float:
    """Share of the logit's variance that a linear fit to the encoded inputs leaves unexplained."""
    columns = encode(people.values[rows], networks.scaling) * people.present[rows][:, SOURCE]
    inputs = np.concatenate([columns, 1 - people.present[rows], np.ones((rows.sum(), 1))], axis=1)
    logit = setting_logits(networks, people, rows)[chosen].mean(0)
    fitted = inputs @ np.linalg.lstsq(inputs, logit, rcond=None)[0]
    return float((logit - fitted).var() / logit.var())


def evaluate(people: People, trained: dict, site: str, choice: dict, probability: np.ndarray) -> dict:
    rows = people.at([site])
    disease, others = people.disease[rows], list(without(tuple(people.sites), site))
    logistic = logistic_probabilities(people, others, [site], rare=False, flags=False)
    flagged = logistic_probabilities(people, others, [site], rare=False, flags=True)
    wider = logistic_probabilities(people, others, [site], rare=True, flags=False)
    wider_flagged = logistic_probabilities(people, others, [site], rare=True, flags=True)
    return {
        "site": site,
        "n": int(rows.sum()),
        "auroc": auroc_interval(probability, disease),
        "logisticRegression": auroc_interval(logistic, disease),
        "logisticRegressionWithFlags": auroc_interval(flagged, disease),
        "logisticRegressionAllFields": auroc_interval(wider, disease),
        "logisticRegressionAllFieldsWithFlags": auroc_interval(wider_flagged, disease),
        "difference": paired_difference(probability, logistic, disease),
        "differenceAllFields": paired_difference(probability, wider, disease),
        "differenceAllFieldsWithFlags": paired_difference(probability, wider_flagged, disease),
        "calibration": calibration_at(probability, disease),
        "logisticCalibration": calibration_at(logistic, disease),
        "balanced": at_threshold(probability, disease, choice["youden"]),
        "sensitive": at_threshold(probability, disease, choice["sensitive"]),
        "bySex": by_sex(people, rows, probability),
        "restricted": restricted(people, trained, site, choice),
        "nonlinearShare": nonlinear_share(
            trained[tuple(others)], people, people.at(others), choice["chosen"]
        ),
        "choice": choice_record(choice),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="file of `tricuspid datasets export uci-heart`")
    parser.add_argument("--to", dest="target", required=True, type=Path, help="folder for the ONNX files")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="does not change the results")
    options = parser.parse_args()
    torch.set_num_threads(1)
    people = read_people(options.source)
    everywhere = tuple(people.sites)
    trained = train_everything(people, options.workers)
    models = {f"without-{site}.onnx": without(everywhere, site) for site in everywhere} | {"all.onnx": everywhere}
    choices = {file: choose(people, trained, sites) for file, sites in models.items()}
    rare = any(SETTINGS[index].rare_fields for choice in choices.values() for index in choice["chosen"])
    order = FIELDS if rare else SHARED_FIELDS
    for file, sites in models.items():
        choice = choices[file]
        write_graph(options.target / file, trained[sites], choice["chosen"], order, choice["slope"], choice["intercept"])
    hospitals = []
    for site in everywhere:
        file = f"without-{site}.onnx"
        probability = run_graph(options.target / file, people, people.at([site]), order)
        hospitals.append(evaluate(people, trained, site, choices[file], probability))
    scored = [
        {**setting.record(), **{file: round(float(choices[file]["score"][index]), 4) for file in models}}
        for index, setting in enumerate(SETTINGS)
    ]
    results = {
        "environment": {
            "python": platform.python_version(),
            "machine": platform.machine(),
            **{name: version(name) for name in ("torch", "numpy", "scipy", "scikit-learn", "onnx", "onnxruntime")},
        },
        "training": {
            "seed": SEED,
            "seedsPerSetting": SEEDS,
            "steps": STEPS,
            "learningRate": LEARNING_RATE,
            "hidden": HIDDEN,
            "linearPenalty": LINEAR_PENALTY,
            "settingsKeptPerHalf": KEEP,
            "searchSpace": SPACE,
        },
        "fields": order,
        "hospitals": hospitals,
        "final": choice_record(choices["all.onnx"]),
        "innerAurocOfEverySetting": scored,
    }
    (Path(__file__).parent / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    for hospital in hospitals:
        print(f"{hospital['site']}: AUROC {hospital['auroc']['estimate']:.3f}, logistic {hospital['logisticRegression']['estimate']:.3f}")


if __name__ == "__main__":
    main()
