"""Reads WFDB records (formats 16, 16+24 of MATLAB v4 files, 212) and MIT annotations.

Specification: header(5), signal(5) and annot(5) of the WFDB Applications Guide, physionet.org."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

GAIN = re.compile(r"^([-+0-9.eE]+)(?:\(([-+0-9]+)\))?(?:/(\S+))?$")
MILLIVOLTS_PER_UNIT = {"mv": 1.0, "uv": 1e-3, "v": 1e3}
SKIP, NUMBER, SUBTYPE, CHANNEL, AUXILIARY = 59, 60, 61, 62, 63
RHYTHM_CHANGE = 28


@dataclass(frozen=True)
class Recording:
    """Signals in mV, [lead][sample]."""

    name: str
    sampling_rate_hz: float
    leads: list[str]
    millivolts: np.ndarray
    comments: list[str]

    def lead(self, *names: str) -> np.ndarray:
        """The first of `names` that is there."""
        for name in names:
            if name in self.leads:
                return self.millivolts[self.leads.index(name)]
        raise ValueError(f"{self.name}: found leads {', '.join(self.leads)}, allowed {', '.join(names)}")


@dataclass(frozen=True)
class Signal:
    file: str
    format: int
    byte_offset: int
    units_per_millivolt: float
    baseline: int
    lead: str


def read_signal_line(line: str) -> Signal:
    file, layout, gain, _bits, zero, *rest = line.split()
    form, _, offset = layout.partition("+")
    match = GAIN.match(gain)
    if match is None:
        raise ValueError(f"gain: found {gain}, allowed <number>(<baseline>)/<unit>")
    scale = MILLIVOLTS_PER_UNIT[(match[3] or "mV").lower()]
    return Signal(
        file=file,
        # "16x1" is format 16 with one sample per frame.
        format=int(form.split("x")[0]),
        byte_offset=int(offset or 0),
        units_per_millivolt=float(match[1]) / scale,
        baseline=int(match[2] or zero),
        lead=" ".join(rest[3:]),
    )


def samples_of(data: bytes, form: int) -> np.ndarray:
    """The samples of a file in the order of the file."""
    if form == 16:
        return np.frombuffer(data, dtype="<i2").astype(np.int64)
    if form == 212:
        triples = np.frombuffer(data[: len(data) // 3 * 3], dtype=np.uint8).reshape(-1, 3).astype(np.int64)
        first = triples[:, 0] | (triples[:, 1] & 0x0F) << 8
        second = triples[:, 2] | (triples[:, 1] & 0xF0) << 4
        pairs = np.stack([first, second], axis=1).reshape(-1)
        return np.where(pairs >= 2048, pairs - 4096, pairs)
    raise ValueError(f"format: found {form}, allowed 16, 212")


def read_recording(header: Path) -> Recording:
    lines = header.read_text().splitlines()
    comments = [line[1:].strip() for line in lines if line.startswith("#")]
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    name, count, rate, *_ = lines[0].split()
    signals = [read_signal_line(line) for line in lines[1 : 1 + int(count)]]
    if len({(signal.file, signal.format, signal.byte_offset) for signal in signals}) != 1:
        raise ValueError(f"{header.name}: found several signal files or formats, allowed one")
    data = (header.parent / signals[0].file).read_bytes()[signals[0].byte_offset :]
    raw = samples_of(data, signals[0].format)
    frames = raw[: len(raw) // len(signals) * len(signals)].reshape(-1, len(signals)).T
    offset = np.array([[signal.baseline] for signal in signals], dtype=np.float64)
    gain = np.array([[signal.units_per_millivolt] for signal in signals])
    return Recording(
        name=name.removesuffix(".mat"),
        sampling_rate_hz=float(rate.split("/")[0]),
        leads=[signal.lead for signal in signals],
        millivolts=(frames - offset) / gain,
        comments=comments,
    )


def rhythm_changes(annotations: Path) -> list[tuple[int, str]]:
    """(sample, rhythm) of every rhythm mark of an MIT annotation file, e.g. (0, "N"), (5000, "AFIB")."""
    data = annotations.read_bytes()
    changes, sample, position, kind = [], 0, 0, 0
    while position + 2 <= len(data):
        word = int.from_bytes(data[position : position + 2], "little")
        position += 2
        code, value = word >> 10, word & 1023
        if word == 0:
            break
        if code == SKIP:
            high, low = (int.from_bytes(data[at : at + 2], "little") for at in (position, position + 2))
            interval = high << 16 | low
            sample += interval - (1 << 32) if interval >= 1 << 31 else interval
            position += 4
        elif code == AUXILIARY:
            text = data[position : position + value].split(b"\0")[0].decode("ascii").strip()
            position += value + value % 2
            if kind == RHYTHM_CHANGE and text.startswith("("):
                changes.append((sample, text[1:]))
        elif code not in (NUMBER, SUBTYPE, CHANNEL):
            sample += value
            kind = code
    return changes
