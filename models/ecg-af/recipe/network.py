"""The network: baseline and scale removed, residual convolutions, pooling over time, four logits."""

import torch
from torch import nn

BASELINE_TAPS = 151  # 1.51 s at 100 Hz: a Hann mean, i.e. a high-pass with -6 dB near 0.7 Hz
SCALE_FLOOR_MV = 0.01
LIMIT = 20.0
# Channels, kernel and stride of the plain convolutions that lower the rate from 100 to 12.5 Hz.
STEM = [(16, 15, 2), (32, 7, 2), (64, 5, 2)]
# Stride and dilation of the residual blocks; the first lowers the rate to 6.25 Hz, an output of the last one sees 19 s.
BLOCKS = [(2, 1), (1, 2), (1, 4), (1, 8)]
WIDTH = 64
KERNEL = 5
CLASS_COUNT = 4


def baseline_kernel() -> torch.Tensor:
    """Hann weights without the two zeros at the ends; the sum is 1."""
    hann = torch.hann_window(BASELINE_TAPS + 2, periodic=False, dtype=torch.float64)[1:-1]
    return (hann / hann.sum()).float().view(1, 1, -1)


def normalise(millivolts: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """[n][sample] in mV to [n][1][sample]: minus a moving Hann mean, divided by the mean absolute value, limited."""
    signal = millivolts[:, None, :]
    half = BASELINE_TAPS // 2
    baseline = nn.functional.conv1d(nn.functional.pad(signal, (half, half), mode="replicate"), kernel)
    centred = signal - baseline
    scale = centred.abs().mean(dim=2, keepdim=True) + SCALE_FLOOR_MV
    return (centred / scale).clamp(-LIMIT, LIMIT)


class Step(nn.Module):
    """A convolution with batch normalisation and ReLU."""

    def __init__(self, inward: int, outward: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(inward, outward, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm1d(outward)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.norm(self.convolution(x)))


class Block(nn.Module):
    """Two convolutions with batch normalisation beside a shortcut (a 1 x 1 convolution where the rate changes)."""

    def __init__(self, stride: int, dilation: int, dropout: float) -> None:
        super().__init__()
        reach = KERNEL // 2 * dilation
        self.first = nn.Conv1d(WIDTH, WIDTH, KERNEL, stride, reach, dilation, bias=False)
        self.first_norm = nn.BatchNorm1d(WIDTH)
        self.second = nn.Conv1d(WIDTH, WIDTH, KERNEL, 1, reach, dilation, bias=False)
        self.second_norm = nn.BatchNorm1d(WIDTH)
        self.dropout = nn.Dropout1d(dropout)
        self.shortcut = None
        if stride != 1:
            self.shortcut = nn.Conv1d(WIDTH, WIDTH, 1, stride, bias=False)
            self.shortcut_norm = nn.BatchNorm1d(WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.first_norm(self.first(x)))
        y = self.second_norm(self.second(self.dropout(y)))
        skip = x if self.shortcut is None else self.shortcut_norm(self.shortcut(x))
        return torch.relu(y + skip)


class Network(nn.Module):
    def __init__(self, dropout: float = 0.15) -> None:
        super().__init__()
        self.register_buffer("kernel", baseline_kernel())
        inward = [1, *(outward for outward, _, _ in STEM)]
        self.stem = nn.ModuleList(Step(before, *step) for before, step in zip(inward, STEM, strict=False))
        self.blocks = nn.ModuleList(Block(stride, dilation, dropout) for stride, dilation in BLOCKS)
        self.attention = nn.Conv1d(WIDTH, 1, 1)
        self.dropout = nn.Dropout(0.3)
        self.last = nn.Linear(3 * WIDTH, CLASS_COUNT)

    def forward(self, millivolts: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", enabled=False):
            x = normalise(millivolts, self.kernel)
        for step in [*self.stem, *self.blocks]:
            x = step(x)
        attended = (torch.softmax(self.attention(x), dim=2) * x).sum(dim=2)
        pooled = torch.cat([x.mean(dim=2), x.amax(dim=2), attended], dim=1)
        return self.last(self.dropout(pooled))
