"""Trains one network on given recordings, on one thread, from fixed seeds."""

import copy
import math
from dataclasses import dataclass

import numpy as np
import torch

from batches import BATCH, augment, batches
from network import Network
from recordings import Recordings
from resample import windows

LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.02
LABEL_SMOOTHING = 0.05
AVERAGING = 0.995  # exponential moving average of the weights, per step


@dataclass(frozen=True)
class Trained:
    network: Network
    loss: list[float]  # mean training loss of each epoch


def train(recordings: Recordings, rows: np.ndarray, epochs: int, seed: int) -> Trained:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    draws, noise = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    signals, label = [recordings.signals[row] for row in rows], recordings.label[rows]
    network = Network()
    averaged = copy.deepcopy(network)
    steps = epochs * math.ceil(len(rows) / BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.15)
    losses = []
    step = 0
    for _ in range(epochs):
        network.train()
        total = 0.0
        for millivolts, target in batches(signals, label, draws):
            varied = augment(millivolts, noise)
            # Convolutions in bfloat16 take half the time; weights, gradients and everything at inference are float32.
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(varied)
            loss = torch.nn.functional.cross_entropy(logits.float(), target, label_smoothing=LABEL_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            step += 1
            follow(averaged, network, min(AVERAGING, step / (step + 10)))
            total += loss.item() * len(target)
        losses.append(total / len(rows))
    averaged.eval()
    return Trained(averaged, losses)


def follow(averaged: Network, network: Network, keep: float) -> None:
    """Moves the averaged weights and the statistics of batch normalisation towards the network's."""
    own = network.state_dict()
    with torch.no_grad():
        for name, tensor in averaged.state_dict().items():
            if tensor.dtype.is_floating_point:
                tensor.mul_(keep).add_(own[name], alpha=1 - keep)
            else:
                tensor.copy_(own[name])


def logits_of(network: Network, signals: list[np.ndarray]) -> np.ndarray:
    """Mean logits over the windows of each recording, [recording][class]."""
    network.eval()
    with torch.no_grad():
        return np.stack([network(torch.from_numpy(windows(signal))).mean(0).numpy() for signal in signals])
