"""Scores of the logistic regression for each left-out hospital, by row, so that the pipeline can compare with its own statistics."""

import argparse
import json

from baseline import logistic_probabilities
from measurements import read_people

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="export of `tricuspid datasets export uci-heart`")
    parser.add_argument("--to", required=True, help="JSON file: site -> probability by row")
    options = parser.parse_args()
    people = read_people(options.source)
    sites = people.sites
    scores = {}
    for site in sites:
        others = [other for other in sites if other != site]
        scores[site] = [float(p) for p in logistic_probabilities(people, others, [site], rare=False, flags=False)]
    with open(options.to, "w") as file:
        json.dump({"model": "logistic regression, ten fields (baseline.py)", "scores": scores}, file)
        file.write("\n")
