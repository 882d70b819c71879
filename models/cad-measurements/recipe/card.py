"""Writes the tables of card.md, between its markers, from results.json, after train.py.

    python card.py --card ../card.md
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

NAMES = {"cleveland": "Cleveland", "hungary": "Hungary", "switzerland": "Switzerland", "va-long-beach": "VA Long Beach"}
BASELINE = "logistic regression"


def interval(area: dict | None) -> str:
    return "too few" if area is None else f"{area['estimate']:.3f} ({area['lower']:.3f} to {area['upper']:.3f})"


def signed(difference: dict) -> str:
    return f"{difference['estimate']:+.3f} ({difference['lower']:+.3f} to {difference['upper']:+.3f})"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def discrimination(results: dict) -> str:
    head = ["left-out hospital", "people", "this model", BASELINE, "difference", "p"]
    rows = [
        [
            NAMES[h["site"]],
            str(h["n"]),
            interval(h["auroc"]),
            interval(h["logisticRegression"]),
            signed(h["difference"]),
            f"{h['difference']['p']:.3f}",
        ]
        for h in results["hospitals"]
    ]
    return table(head, rows)


def all_fields(results: dict) -> str:
    head = ["left-out hospital", f"{BASELINE}, 13 fields", "difference", "p", "13 fields, flags", "difference", "p"]
    rows = []
    for h in results["hospitals"]:
        cells = [NAMES[h["site"]]]
        for suffix in ("AllFields", "AllFieldsWithFlags"):
            difference = h[f"difference{suffix}"]
            cells += [interval(h[f"logisticRegression{suffix}"]), signed(difference), f"{difference['p']:.3f}"]
        rows.append(cells)
    return table(head, rows)


def first_rule(results: dict) -> str:
    first = json.loads((Path(__file__).parent / "results-first-rule.json").read_text())
    rows = [
        [NAMES[h["site"]], interval(h["auroc"]), signed(h["difference"]), f"{h['difference']['p']:.3f}", interval(now["auroc"])]
        for h, now in zip(first["hospitals"], results["hospitals"])
    ]
    return table(["left-out hospital", "first rule", f"difference from {BASELINE}", "p", "this model"], rows)


def sexes(results: dict) -> str:
    rows = []
    for h in results["hospitals"]:
        cells = [NAMES[h["site"]]]
        for sex in ("women", "men"):
            group = h["bySex"][sex]
            cells += [f"{group['n']} ({group['diseased']} diseased)", interval(group["auroc"])]
        rows.append(cells)
    return table(["left-out hospital", "women", "AUROC, women", "men", "AUROC, men"], rows)


def calibration(results: dict) -> str:
    head = ["left-out hospital", "mean predicted", "prevalence", "in the large (log odds)", "slope", "Brier", f"in the large, {BASELINE}"]
    rows = []
    for h in results["hospitals"]:
        c = h["calibration"]
        figures = [c["meanPredicted"], c["prevalence"]]
        rows.append(
            [NAMES[h["site"]], *(f"{value:.3f}" for value in figures), f"{c['inTheLarge']:+.2f}", f"{c['slope']:.2f}"]
            + [f"{c['brier']:.3f}", f"{h['logisticCalibration']['inTheLarge']:+.2f}"]
        )
    return table(head, rows)


def operating(results: dict) -> str:
    rows = []
    for h in results["hospitals"]:
        cells = [NAMES[h["site"]]]
        for name in ("balanced", "sensitive"):
            cells += [f"{h[name]['threshold']:.3f}", f"{h[name]['sensitivity']:.3f}", f"{h[name]['specificity']:.3f}"]
        rows.append(cells)
    head = ["left-out hospital", "balanced", "sensitivity", "specificity", "sensitive", "sensitivity", "specificity"]
    return table(head, rows)


def factors(results: dict) -> str:
    keys = list(results["hospitals"][0]["restricted"])
    rows = [["chosen by the rule", *(f"{h['auroc']['estimate']:.3f}" for h in results["hospitals"])]]
    rows += [[f"only {key.replace('_', ' ')}", *(f"{h['restricted'][key]:.3f}" for h in results["hospitals"])] for key in keys]
    baselines = {
        BASELINE: "logisticRegression",
        f"{BASELINE}, flags": "logisticRegressionWithFlags",
        f"{BASELINE}, 13 fields": "logisticRegressionAllFields",
        f"{BASELINE}, 13 fields, flags": "logisticRegressionAllFieldsWithFlags",
    }
    for label, key in baselines.items():
        rows.append([label, *(f"{h[key]['estimate']:.3f}" for h in results["hospitals"])])
    return table(["settings allowed", *(NAMES[h["site"]] for h in results["hospitals"])], rows)


def choices(results: dict) -> str:
    records = [(f"without {NAMES[h['site']]}", h["choice"]) for h in results["hospitals"]] + [("all four", results["final"])]
    rows = []
    for name, choice in records:
        count = len(choice["settings"])

        def share(key: str) -> str:
            return f"{sum(bool(s[key]) for s in choice['settings'])} of {count}"

        def values(key: str) -> str:
            counts = sorted(Counter(s[key] for s in choice["settings"]).items())
            return ", ".join(f"{count} × {value:g}" for value, count in counts)

        best = [setting["innerAuroc"] for setting in choice["settings"]]
        switches = [share(key) for key in ("rare_fields", "missingness_flags", "site_intercept")]
        rows.append([name, *switches, values("field_dropout"), values("hidden_penalty"), f"{min(best):.3f} to {max(best):.3f}"])
    head = ["model", "rare fields", "flags", "hospital intercepts", "field dropout", "hidden ridge", "inner AUROC"]
    return table(head, rows)


def nonlinearity(results: dict) -> str:
    shares = [f"{h['nonlinearShare'] * 100:.1f} % (without {NAMES[h['site']]})" for h in results["hospitals"]]
    return f"Share of the logit's variance that is not linear in the encoded inputs: {', '.join(shares)}."


TABLES = {
    "discrimination": discrimination,
    "all fields": all_fields,
    "first rule": first_rule,
    "sexes": sexes,
    "calibration": calibration,
    "operating": operating,
    "factors": factors,
    "choices": choices,
    "nonlinearity": nonlinearity,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", required=True, type=Path)
    card = parser.parse_args().card
    results = json.loads((Path(__file__).parent / "results.json").read_text())
    text = card.read_text()
    for name, write in TABLES.items():
        block = f"<!-- {name} -->\n{write(results)}\n<!-- /{name} -->"
        text, count = re.subn(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _: block, text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{card} has {count} places for the table {name}, one is needed")
    card.write_text(text)


if __name__ == "__main__":
    main()
