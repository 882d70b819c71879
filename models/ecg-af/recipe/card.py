"""Writes the tables of card.md, between its markers, from results.json and pipeline-results.json, after evaluate.py and pipeline.py.

    python card.py --card ../card.md
"""

import argparse
import json
import re
from pathlib import Path

NAMES = {"normal": "normal", "atrial-fibrillation": "atrial fibrillation", "other-rhythm": "other rhythm", "noise": "noise"}


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def interval(value: dict, digits: int = 3) -> str:
    return f"{value['estimate']:.{digits}f} ({value['lower']:.{digits}f} to {value['upper']:.{digits}f})"


def percent_interval(value: dict) -> str:
    return f"{percent(value['estimate'])} ({value['lower'] * 100:.1f} to {value['upper'] * 100:.1f})"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def classes(results: dict) -> str:
    rows = [
        [NAMES[name], str(results["sample"][name]), str(count), percent(count / sum(results["published"].values()))]
        for name, count in results["published"].items()
    ]
    return table(["class", "recordings here", "of the challenge's 8528", "prevalence used"], rows)


def f1(results: dict) -> str:
    texts = {
        "published": "classes weighted to the published prevalence",
        "sample": "as enriched here (prior of the sample)",
        "publishedAnsweredReadable": "published prevalence; readable recordings that are not refused, three classes",
    }
    rows = []
    for key, text in texts.items():
        found = results["outOfFold"]["f1"][key]
        by_class = found["byClass"]
        noise = "" if key.endswith("Readable") else f"{by_class['noise']:.3f}"
        cells = [f"{by_class[name]:.3f}" for name in list(NAMES)[:3]]
        rows.append([text, interval(found["macro"]), *cells, noise])
    folds = ", ".join(f"{value:.3f}" for value in results["outOfFold"]["f1"]["byFold"])
    head = ["recordings", "mean F1 of N, A, O", "normal", "fibrillation", "other", "noise"]
    return f"{table(head, rows)}\n\nFold by fold (published prevalence): {folds}."


def confusion(results: dict) -> str:
    rows = [
        [f"**{name}**", *map(str, counts)]
        for name, counts in zip(NAMES.values(), results["outOfFold"]["confusionRecords"], strict=True)
    ]
    return table(["label ↓, model →", *NAMES.values()], rows)


def auroc(results: dict) -> str:
    texts = {
        "published": "all others at the published mixture",
        "sample": "all others as enriched here",
        "againstNormal": "normal",
        "againstOther": "other rhythm",
        "answered": "all others, refused recordings left out",
    }
    found = results["outOfFold"]["fibrillationAuroc"]
    return table(["fibrillation against", "AUROC"], [[text, interval(found[key])] for key, text in texts.items()])


def operating(results: dict) -> str:
    rows = []
    for name, found in results["outOfFold"]["thresholds"].items():
        for key, text in (("all", "all"), ("answered", "not refused")):
            part = found[key]
            by_class = part["specificityByClass"]
            rows.append(
                [
                    f"{name} ({results['choices']['all.onnx'][name]})",
                    text,
                    percent_interval(part["sensitivity"]),
                    percent(part["specificityPublished"]),
                    percent(part["positivePredictiveValuePublished"]),
                    *(percent(by_class[other]["estimate"]) for other in ("normal", "other-rhythm", "noise")),
                ]
            )
    measures = ["sensitivity", "specificity", "PPV", "specificity: normal", "other", "noise"]
    return table(["threshold (of `all.onnx`)", "recordings", *measures], rows)


def calibration(results: dict) -> str:
    rows = [
        [
            NAMES[name],
            f"{found['meanPredicted']:.3f}",
            f"{found['prevalence']:.3f}",
            f"{found['inTheLarge']:+.2f}",
            f"{found['slope']:.2f}",
            f"{found['brier']:.3f}",
            f"{found['scaledBrier']:.2f}",
        ]
        for name, found in results["outOfFold"]["calibration"].items()
    ]
    return table(["class", "mean predicted", "prevalence", "in the large (log odds)", "slope", "Brier", "scaled Brier"], rows)


def noise(results: dict) -> str:
    found = results["outOfFold"]["noise"]
    rows = [[NAMES[name], str(share["of"]), percent_interval(share)] for name, share in found["refused"].items()]
    text = (
        f"At the published prevalence {percent(found['refusedPublished'])} of recordings are refused, "
        f"and {percent(found['noisyAmongRefusedPublished'])} of those are labelled noise."
    )
    return f"{table(['label', 'recordings', 'refused'], rows)}\n\n{text}"


def labels(results: dict) -> str:
    found = results["outOfFold"]["labels"]
    rows = [
        [NAMES[pair["first"]], NAMES[pair["last"]], *(str(pair[key]) for key in ("records", "modelSaysFirst", "modelSaysLast"))]
        for pair in found["pairs"]
    ]
    head = ["label v1", "label v3", "recordings", "model says v1", "model says v3"]
    text = (
        f"{found['changed']} of {sum(results['sample'].values())} labels differ between the first release and the last, "
        f"{found['changedAmongReadable']} of them between readable classes."
    )
    return f"{text}\n\n{table(head, rows)}"


def external(results: dict) -> str:
    rows = []
    for found in results["external"]:
        fibrillation = f"{found['fibrillationSegments']} of {found['fibrillationPeople']} people"
        one = min(found["fibrillationPeople"], found["people"]) < 3
        rows.append(
            [
                f"{found['source']}: {found['what']}",
                f"{found['segments']} of {found['people']} people",
                fibrillation,
                str(found["refused"]),
                "{} of {}".format(*found["sensitivityAnswered"]),
                "{} of {}".format(*found["specificityAnswered"]),
                "not computed" if one else interval(found["auroc"]),
                "yes" if found["enough"] else "**cannot tell**",
            ]
        )
    counts = ["segments", "with fibrillation", "refused", "found", "rightly not called"]
    return table(["source", *counts, "AUROC (people resampled)", "enough people?"], rows)


def rhythms(results: dict) -> str:
    mitdb = next(found for found in results["external"] if found["source"] == "mitdb")
    rows = [
        [
            f"`{row['rhythm']}`",
            str(row["segments"]),
            str(row["people"]),
            str(row["refused"]),
            str(row["calledFibrillation"]),
            *(str(count) for count in row["decided"].values()),
        ]
        for row in mitdb["byRhythm"]
    ]
    decided = ["most likely: normal", "fibrillation", "other"]
    return table(["rhythm mark", "segments", "people", "refused", "called fibrillation", *decided], rows)


def pipeline(results: dict) -> str:
    found, python = results["pipeline"], results["pipeline"]["againstPython"]
    rows = [
        ["recordings judged by the weights of their fold", f"{python['recordings'] - python['judgedByAnotherFold']} of {python['recordings']}"],
        ["largest difference of a probability from Python (SciPy, onnxruntime)", f"{python['probability']:.1e}"],
        ["largest difference of a window's score", f"{python['windowScore']:.1e}"],
        ["abstained", f"{found['abstained']}, {found['abstainedOtherwiseThanTheRule']} of them otherwise than in Python"],
        ["largest difference of a figure above, to five decimals", f"{found['largestDifferenceOfFigures']:g}"],
    ]
    return table(["pipeline against recipe", "found"], rows)


def rules(results: dict) -> str:
    texts = {
        "ecg-af": "**ecg-af**",
        "variation": "standard deviation of RR / mean",
        "rmssd": "RMSSD / mean RR",
        "medianDifference": "median absolute successive difference / median RR",
        "regression": "logistic regression on these three and the rate, same folds",
    }
    rows = []
    for key, text in texts.items():
        found = results["pipeline"]["discrimination"][key]
        pairs = [f"{found['against'][other]['estimate']:.3f}" for other in ("normal", "otherRhythm", "noise")]
        rows.append([text, interval(found["published"]), interval(found["sample"]), *pairs])
    head = ["score", "all others at the published mixture", "all others as enriched here", "normal", "other rhythm", "noise"]
    return table([head[0], *(f"AUROC against {name}" for name in head[1:])], rows)


TABLES = {
    "classes": classes,
    "f1": f1,
    "confusion": confusion,
    "auroc": auroc,
    "operating": operating,
    "calibration": calibration,
    "noise": noise,
    "labels": labels,
    "external": external,
    "rhythms": rhythms,
    "pipeline": pipeline,
    "rules": rules,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--card", required=True, type=Path)
    card = parser.parse_args().card
    folder = Path(__file__).parent
    results = json.loads((folder / "results.json").read_text())
    results["pipeline"] = json.loads((folder / "pipeline-results.json").read_text())
    text = card.read_text()
    for name, write in TABLES.items():
        block = f"<!-- {name} -->\n{write(results)}\n<!-- /{name} -->"
        text, count = re.subn(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _: block, text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{card}: found {count} places for the table {name}, allowed 1")
    card.write_text(text)


if __name__ == "__main__":
    main()
