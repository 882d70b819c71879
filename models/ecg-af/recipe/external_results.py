"""What all.onnx does on another source: by rhythm, by person, and an AUROC where enough people have fibrillation."""

from pathlib import Path

import numpy as np

from choosing import Choice
from external import Segment, Source
from inference import probabilities_of
from metrics import clustered_auroc
from recordings import CLASSES, FIBRILLATION, NOISE

SEED = 20260203
ENOUGH_PEOPLE = 10  # with fibrillation and without, for an interval over people to mean something


def people(segments: list[Segment]) -> int:
    return len({segment.person for segment in segments})


def by_rhythm(source: Source, refused: np.ndarray, positive: np.ndarray, decided: np.ndarray) -> list[dict]:
    rows = []
    for rhythm in sorted({segment.rhythm for segment in source.segments}):
        chosen = np.array([segment.rhythm == rhythm for segment in source.segments])
        rows.append(
            {
                "rhythm": rhythm,
                "segments": int(chosen.sum()),
                "people": people([segment for segment in source.segments if segment.rhythm == rhythm]),
                "refused": int((chosen & refused).sum()),
                "calledFibrillation": int((chosen & ~refused & positive).sum()),
                "decided": {
                    name: int((chosen & ~refused & (decided == index)).sum()) for index, name in enumerate(CLASSES[:NOISE])
                },
            }
        )
    return rows


def by_person(source: Source, answered: np.ndarray, positive: np.ndarray) -> list[dict]:
    """Per person with fibrillation: answered segments of fibrillation and how many of them were found."""
    is_fibrillation = np.array([segment.rhythm == source.fibrillation for segment in source.segments])
    person = np.array([segment.person for segment in source.segments])
    return [
        {
            "segments": int((is_fibrillation & (person == name)).sum()),
            "answered": int((is_fibrillation & answered & (person == name)).sum()),
            "found": int((is_fibrillation & answered & positive & (person == name)).sum()),
        }
        for name in sorted(set(person[is_fibrillation]))
    ]


def describe(source: Source, file: Path, choice: Choice) -> dict:
    probability = probabilities_of(file, [segment.signal for segment in source.segments])
    is_fibrillation = np.array([segment.rhythm == source.fibrillation for segment in source.segments])
    person = np.array([segment.person for segment in source.segments])
    refused = probability[:, NOISE] >= choice.noise
    positive = probability[:, FIBRILLATION] >= choice.balanced
    with_it, without_it = set(person[is_fibrillation]), set(person[~is_fibrillation])
    answered = ~refused
    return {
        "source": source.name,
        "what": source.what,
        "segments": len(source.segments),
        "people": len(set(person)),
        "fibrillationSegments": int(is_fibrillation.sum()),
        "fibrillationPeople": len(with_it),
        "refused": int(refused.sum()),
        "auroc": clustered_auroc(probability[:, FIBRILLATION], is_fibrillation, person, SEED),
        "enough": min(len(with_it), len(without_it)) >= ENOUGH_PEOPLE,
        "sensitivityAnswered": [int((positive & answered & is_fibrillation).sum()), int((answered & is_fibrillation).sum())],
        "specificityAnswered": [
            int((~positive & answered & ~is_fibrillation).sum()),
            int((answered & ~is_fibrillation).sum()),
        ],
        "byRhythm": by_rhythm(source, refused, positive, probability[:, :NOISE].argmax(1)),
        "peopleWithFibrillation": by_person(source, answered, positive),
    }
