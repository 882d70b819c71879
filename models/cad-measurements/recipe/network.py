"""Many small networks trained side by side: two hidden layers (tanh) beside a linear path, one logit each."""

from dataclasses import dataclass

import numpy as np
import torch

from encoding import COLUMN_COUNT, COLUMNS, SIGN, SOURCE, Scaling, encode, fit_scaling
from measurements import FIELDS, People
from settings import HIDDEN, LEARNING_RATE, LINEAR_PENALTY, SEEDS, SETTINGS, STEPS, Setting

SITE_PENALTY = 0.01  # only keeps an intercept finite where a hospital has hardly any healthy people
CHUNK = 16  # settings trained at once; a matter of memory, not of results


@dataclass(frozen=True)
class Networks:
    """Weights of all networks, [setting * SEEDS + seed] first, and the scaling of their inputs."""

    scaling: Scaling
    first: np.ndarray  # [network][column][HIDDEN[0]]
    first_bias: np.ndarray
    second: np.ndarray  # [network][HIDDEN[0]][HIDDEN[1]]
    second_bias: np.ndarray
    last: np.ndarray  # [network][HIDDEN[1]][1]
    linear: np.ndarray  # [network][column][1]
    bias: np.ndarray  # [network][1][1]


def start(settings: list[Setting], site_count: int, generator: torch.Generator) -> dict[str, torch.Tensor]:
    count, (wide, narrow) = len(settings) * SEEDS, HIDDEN

    def normal(*shape: int, deviation: float) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * deviation

    # Starting on the allowed side: a weight that starts at its bound of 0 may never leave it.
    sign = torch.from_numpy(SIGN)[None, :, None]
    first = normal(count, COLUMN_COUNT, wide, deviation=COLUMN_COUNT**-0.5)
    return {
        "first": torch.where(sign != 0, first.abs() * sign, first),
        "first_bias": torch.zeros(count, 1, wide),
        "second": normal(count, wide, narrow, deviation=wide**-0.5).abs(),
        "second_bias": torch.zeros(count, 1, narrow),
        "last": normal(count, narrow, 1, deviation=narrow**-0.5).abs(),
        "linear": torch.zeros(count, COLUMN_COUNT, 1),
        "bias": torch.zeros(count, 1, 1),
        "site": torch.zeros(count, site_count, 1),
    }


def forward(weights: dict[str, torch.Tensor], columns: torch.Tensor) -> torch.Tensor:
    """Logits [network][person] for columns [network][person][column]."""
    hidden = torch.tanh(columns @ weights["first"] + weights["first_bias"])
    hidden = torch.tanh(hidden @ weights["second"] + weights["second_bias"])
    return (hidden @ weights["last"] + columns @ weights["linear"] + weights["bias"]).squeeze(-1)


def constrain(weights: dict[str, torch.Tensor], mask: torch.Tensor) -> None:
    """Projects onto the allowed weights: nothing for unseen columns, each effect in its known direction only.

    With no negative weight after the first layer, a column's effect has the sign of its weights in the first."""
    sign = torch.from_numpy(SIGN)[None, :, None]
    with torch.no_grad():
        for name in ("first", "linear"):
            weights[name].mul_(mask[:, :, None])
            weights[name].copy_(torch.where(weights[name] * sign < 0, 0.0, weights[name]))
        for name in ("second", "last"):
            weights[name].clamp_min_(0)


def train_chunk(settings: list[Setting], columns, present, disease, site, seed: int) -> dict[str, np.ndarray]:
    """Trains SEEDS networks per setting on one set of people, full batch, Adam with a cosine schedule."""
    generator = torch.Generator().manual_seed(seed)
    per_network = [setting for setting in settings for _ in range(SEEDS)]
    mask = torch.from_numpy(np.stack([setting.column_mask() for setting in per_network]))
    intercept = torch.tensor([float(setting.site_intercept) for setting in per_network])[:, None, None]
    dropout = torch.tensor([setting.field_dropout for setting in per_network])[:, None, None]
    penalty = torch.tensor([setting.hidden_penalty for setting in per_network])
    site_columns = torch.nn.functional.one_hot(site).float()
    weights = start(settings, site_columns.shape[1], generator)
    constrain(weights, mask)
    for tensor in weights.values():
        tensor.requires_grad_(True)
    optimizer = torch.optim.Adam(weights.values(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    people = len(disease)
    target = disease.expand(len(per_network), people)
    for _ in range(STEPS):
        # Hidden values are the same for the settings of a chunk, different between its seeds.
        drawn = torch.rand(SEEDS, people, len(FIELDS), generator=generator).repeat(len(settings), 1, 1)
        seen = present * (drawn >= dropout)
        inputs = torch.cat([columns * seen[:, :, SOURCE], 1 - seen], dim=2)
        logits = forward(weights, inputs) + (intercept * (site_columns @ weights["site"])).squeeze(-1)
        fit = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none").mean(1)
        hidden = sum((weights[name] ** 2).sum((1, 2)) for name in ("first", "second", "last"))
        linear, sites = (weights["linear"] ** 2).sum((1, 2)), (weights["site"] ** 2).sum((1, 2))
        ridge = (penalty * hidden + LINEAR_PENALTY * linear + SITE_PENALTY * sites) / (2 * people)
        optimizer.zero_grad()
        (fit + ridge).sum().backward()
        optimizer.step()
        schedule.step()
        constrain(weights, mask)
    trained = {name: tensor.detach() for name, tensor in weights.items()}
    average = (site_columns @ trained.pop("site")).mean(1, keepdim=True)
    trained["bias"] = trained["bias"] + intercept * average
    return {name: tensor.numpy() for name, tensor in trained.items()}


def train(people: People, sites: list[str], seed: int) -> Networks:
    """All networks of all settings, trained on the people of the given hospitals and nobody else."""
    rows = people.at(sites)
    scaling = fit_scaling(people, rows)
    columns = torch.from_numpy(encode(people.values[rows], scaling))
    present, disease = torch.from_numpy(people.present[rows]), torch.from_numpy(people.disease[rows])
    site = torch.from_numpy(np.unique(people.site[rows], return_inverse=True)[1])
    chunks = [
        train_chunk(SETTINGS[index : index + CHUNK], columns, present, disease, site, seed)
        for index in range(0, len(SETTINGS), CHUNK)
    ]
    return Networks(scaling, **{name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]})


def setting_logits(networks: Networks, people: People, rows: np.ndarray) -> np.ndarray:
    """Logits [setting][person], each the mean over the seeds of a setting."""
    columns = encode(people.values[rows], networks.scaling)
    inputs = np.concatenate([columns * people.present[rows][:, SOURCE], 1 - people.present[rows]], axis=1)
    weights = {
        name: torch.from_numpy(getattr(networks, name))
        for name in ("first", "first_bias", "second", "second_bias", "last", "linear", "bias")
    }
    logits = forward(weights, torch.from_numpy(inputs).expand(len(networks.bias), *inputs.shape))
    return logits.numpy().reshape(len(SETTINGS), SEEDS, -1).mean(1).astype(np.float64)


assert COLUMN_COUNT == len(COLUMNS) + len(FIELDS)
