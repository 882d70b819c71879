"""Recordings of other sources, each with its person, its segments and whether they are atrial fibrillation."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recording import Recording, read_recording, rhythm_changes
from resample import MODEL_RATE_HZ, resample

SEGMENT_SECONDS = 30
SHORTEST_SECONDS = 10
# SNOMED CT, as in CinC 2021.
FIBRILLATION_CODE, FLUTTER_CODE = "164889003", "164890007"


@dataclass(frozen=True)
class Segment:
    person: str
    record: str
    rhythm: str  # the source's own word
    signal: np.ndarray  # mV at the model's rate


@dataclass(frozen=True)
class Source:
    name: str
    what: str
    segments: list[Segment]
    fibrillation: str  # the rhythm that counts as positive


def by_rhythm(recording: Recording, signal: np.ndarray, person: str, changes: list[tuple[int, str]]) -> list[Segment]:
    """Cuts every stretch of one rhythm into segments of 30 s, a remainder of at least 10 s included."""
    ends = [*(sample for sample, _ in changes[1:]), len(signal)]
    segments = []
    for (start, rhythm), end in zip(changes, ends, strict=True):
        length = int(SEGMENT_SECONDS * recording.sampling_rate_hz)
        for at in range(start, end, length):
            part = signal[at : min(at + length, end)]
            if len(part) >= SHORTEST_SECONDS * recording.sampling_rate_hz:
                resampled = resample(part, recording.sampling_rate_hz)[: SEGMENT_SECONDS * MODEL_RATE_HZ]
                segments.append(Segment(person, recording.name, rhythm, resampled.astype(np.float32)))
    return segments


def mit_bih(folder: Path) -> Source:
    """MIT-BIH Arrhythmia Database, first signal of each record; 201 and 202 are the same man."""
    segments = []
    for header in sorted(folder.glob("*.hea")):
        recording = read_recording(header)
        person = "201" if recording.name == "202" else recording.name
        changes = rhythm_changes(header.with_suffix(".atr"))
        segments += by_rhythm(recording, recording.millivolts[0], person, changes)
    return Source("mitdb", "segments of up to 30 s within one rhythm mark, first signal", segments, "AFIB")


def cpsc_2021(folder: Path, lead: str) -> Source:
    """CPSC 2021; the first number of the record's name is the person; what no mark covers is not fibrillation."""
    segments = []
    for header in sorted(folder.glob("*.hea")):
        recording = read_recording(header)
        person = recording.name.split("_")[1]
        changes = [(0, "N"), *rhythm_changes(header.with_suffix(".atr"))]
        segments += by_rhythm(recording, recording.lead(lead), person, changes)
    return Source("cpsc2021", f"segments of up to 30 s within one rhythm mark, lead {lead}", segments, "AFIB")


def ptb_xl(folder: Path, lead: str) -> Source:
    """PTB-XL: the 100 Hz files, 10 s; rhythm from the statements, patients by patient_id."""
    segments = []
    with (folder / "ptbxl_database.csv").open() as file:
        for line in csv.DictReader(file):
            header = folder / f"{line['filename_lr']}.hea"
            if header.exists():
                recording = read_recording(header)
                statements = line["scp_codes"]
                rhythm = "AFIB" if "'AFIB'" in statements else "AFL" if "'AFLT'" in statements else "other"
                signal = resample(recording.lead(lead), recording.sampling_rate_hz).astype(np.float32)
                segments.append(Segment(str(int(float(line["patient_id"]))), recording.name, rhythm, signal))
    return Source("ptb-xl", f"10 s, 100 Hz, lead {lead}", segments, "AFIB")


def cinc_2021(folder: Path, lead: str) -> Source:
    """Sample of CinC 2021, 500 Hz; every record counts as one person, E07510 (a copy of E07509) left out."""
    segments = []
    with (folder / "summary.csv").open() as file:
        for line in csv.DictReader(file):
            if line["record"] != "E07510":
                recording = read_recording(folder / f"{line['record']}.hea")
                codes = line["dx_snomed"].split(",")
                rhythm = "AFIB" if FIBRILLATION_CODE in codes else "AFL" if FLUTTER_CODE in codes else "other"
                signal = resample(recording.lead(lead), recording.sampling_rate_hz).astype(np.float32)
                segments.append(Segment(line["record"], recording.name, rhythm, signal))
    return Source("cinc2021", f"whole recordings of 10 to 42 s, 500 Hz, lead {lead}", segments, "AFIB")
