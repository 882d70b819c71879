"""Training batches: random crops of recordings of similar length, and their augmentation."""

import math
from collections.abc import Iterator

import numpy as np
import torch

from resample import MODEL_RATE_HZ, WINDOW_SAMPLES

BATCH = 32
SIZES = [900, 1200, 1500, 2000, 2500, 3000]  # samples; few, because each new size costs the processor time
STRETCH = (0.92, 1.08)
LENGTH_JITTER = 100  # samples by which recordings of one batch may be out of order


def batches(signals: list[np.ndarray], label: np.ndarray, seed: np.random.Generator) -> Iterator[tuple]:
    """Every recording once, cropped to a length that all recordings of its batch have."""
    length = np.minimum([len(signal) for signal in signals], WINDOW_SAMPLES)
    # Sorted by length with some noise; the many of full length stay in random order among themselves.
    order = np.argsort(length + seed.uniform(0, LENGTH_JITTER, len(length)), kind="stable")
    groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    for group in (groups[index] for index in seed.permutation(len(groups))):
        shortest = int(length[group].min())
        size = draw_size(shortest, seed)
        crop = min(shortest, int(size * seed.uniform(*STRETCH)))
        starts = [seed.integers(0, len(signals[row]) - crop + 1) for row in group]
        crops = np.stack([signals[row][start : start + crop] for row, start in zip(group, starts, strict=True)])
        yield stretch(torch.from_numpy(crops), size), torch.from_numpy(label[group])


def draw_size(shortest: int, seed: np.random.Generator) -> int:
    """One of a few sizes, from 60 % of the largest that fits the shortest recording."""
    fitting = [size for size in SIZES if size <= shortest]
    return int(seed.choice([size for size in fitting if size >= 0.6 * fitting[-1]]))


def stretch(x: torch.Tensor, size: int) -> torch.Tensor:
    """A slightly faster or slower heart: linear interpolation to `size` samples."""
    return torch.nn.functional.interpolate(x[:, None], size=size, mode="linear", align_corners=True)[:, 0]


def augment(millivolts: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Polarity, baseline wander, noise and short gaps, each drawn per recording."""
    x = millivolts
    count, samples = x.shape

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator)

    scale = (x - x.median(dim=1, keepdim=True).values).abs().mean(dim=1, keepdim=True) + 0.01
    x = torch.where(draw(count, 1) < 0.4, -x, x)
    seconds = torch.arange(samples) / MODEL_RATE_HZ
    wander = torch.sin(2 * math.pi * ((0.05 + 0.55 * draw(count, 1)) * seconds + draw(count, 1)))
    x = x + (draw(count, 1) < 0.3) * 4 * draw(count, 1) * scale * wander
    noise = torch.randn(count, samples, generator=generator)
    smooth = torch.nn.functional.avg_pool1d(noise[:, None], 3, 1, 1)[:, 0] * math.sqrt(3)
    noise = torch.where(draw(count, 1) < 0.5, noise, smooth)
    x = x + (draw(count, 1) < 0.3) * 0.4 * draw(count, 1) * scale * noise
    # A gap of up to 0.3 s holds the value before it: shorter than a beat, so that no pause is invented.
    middle, width = draw(count, 1) * samples, draw(count, 1) * 15
    gap = (torch.arange(samples) - middle).abs() < width
    held = x.gather(1, (middle - width).clamp(0, samples - 1).long())
    return torch.where(gap & (draw(count, 1) < 0.3), held, x)
