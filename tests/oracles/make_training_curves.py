#!/usr/bin/env python3
"""Makes tests/golden/training_*.json with PyTorch: what 20 steps of Adam do to a dense network.

    python tests/oracles/make_training_curves.py [--output tests/golden]

Computed in 64-bit floats from 32-bit parameters and data, so that the golden numbers do not hold the rounding
of one machine; the same training in 32 bits is run beside it, and how far it strays is stored: the scale for
tolerances.
"""

import argparse
import json
import platform
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

ROWS = 1000
STEPS = 20
# 1000 rows in batches of 256: the last one of an epoch has 232, which no tile or lane count divides.
# Of each curve: rows of a batch, and whether the rows have their weights; peers of the benchmark have none.
CURVES = {"full_batch": (ROWS, True), "mini_batch": (256, True), "mini_batch_unweighted": (256, False)}
ADAM = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}


@dataclass
class Case:
    name: str
    layers: list[int]
    loss: str
    seed: int


CASES = [
    Case("bce_2_50_50_50_1", [2, 50, 50, 50, 1], "bce", 1),
    Case("mse_5_16_7_1", [5, 16, 7, 1], "mse", 2),
]


def make_parameters(case, generator):
    """Glorot-uniform weights, biases that are not 0, in one block: W (outputs, inputs), b, layer by layer."""
    block = []
    for inputs, outputs in zip(case.layers, case.layers[1:], strict=False):
        limit = np.sqrt(6 / (inputs + outputs))
        block.append(generator.uniform(-limit, limit, inputs * outputs))
        block.append(generator.uniform(-0.1, 0.1, outputs))
    return np.concatenate(block).astype(np.float32)


def make_rows(case, generator):
    """Inputs (N, F), targets (N), weights (N). Some weights are negative, as generators at NLO have it."""
    inputs = generator.normal(size=(ROWS, case.layers[0])).astype(np.float32)
    signal = inputs[:, 0] + 0.5 * inputs[:, 1] ** 2 - 0.3
    noise = generator.normal(size=ROWS)
    targets = (signal + noise > 0) if case.loss == "bce" else signal + 0.1 * noise
    weights = generator.uniform(0.2, 2.0, ROWS) * np.where(generator.uniform(size=ROWS) < 0.05, -1, 1)
    return inputs, targets.astype(np.float32), weights.astype(np.float32)


def as_tensors(case, block, dtype):
    """[(W, b), …] that can be trained."""
    tensors, at = [], 0
    for inputs, outputs in zip(case.layers, case.layers[1:], strict=False):
        weight = block[at : at + inputs * outputs].reshape(outputs, inputs)
        bias = block[at + inputs * outputs : at + inputs * outputs + outputs]
        at += (inputs + 1) * outputs
        tensors.append([torch.tensor(part, dtype=dtype, requires_grad=True) for part in (weight, bias)])
    return tensors


def batch_loss(case, tensors, inputs, targets, weights):
    """Σ w l(z, t) / Σ w."""
    x = inputs
    for weight, bias in tensors[:-1]:
        x = torch.relu(torch.nn.functional.linear(x, weight, bias))
    z = torch.nn.functional.linear(x, *tensors[-1])[:, 0]
    if case.loss == "bce":
        rows = torch.nn.functional.binary_cross_entropy_with_logits(z, targets, reduction="none")
    else:
        rows = (z - targets) ** 2
    return (weights * rows).sum() / weights.sum()


def run(case, block, rows, batch, dtype):
    """Loss before each step, and the parameters after the last."""
    tensors = as_tensors(case, block, dtype)
    inputs, targets, weights = (torch.tensor(part, dtype=dtype) for part in rows)
    optimiser = torch.optim.Adam(
        [part for pair in tensors for part in pair],
        lr=ADAM["learning_rate"],
        betas=(ADAM["beta1"], ADAM["beta2"]),
        eps=ADAM["epsilon"],
    )
    losses, begin = [], 0
    for _ in range(STEPS):
        end = min(begin + batch, ROWS)
        optimiser.zero_grad()
        loss = batch_loss(case, tensors, inputs[begin:end], targets[begin:end], weights[begin:end])
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        begin = 0 if end == ROWS else end
    return losses, torch.cat([part.detach().flatten() for pair in tensors for part in pair]).numpy()


def curve(case, block, rows, batch, weighted):
    if not weighted:
        rows = (*rows[:2], np.ones_like(rows[2]))
    losses, final = run(case, block, rows, batch, torch.float64)
    losses32, final32 = run(case, block, rows, batch, torch.float32)
    relative = max(abs(a - b) / abs(b) for a, b in zip(losses32, losses, strict=True))
    return {
        "batch_size": batch,
        "weighted": weighted,
        "losses": [float(f"{loss:.12g}") for loss in losses],
        "final_parameters": shortest(final),
        "largest_deviation_in_32_bits": {
            "loss_relative": float(f"{relative:.2g}"),
            "parameter": float(f"{np.abs(final32 - final).max():.2g}"),
        },
    }


def shortest(values):
    """The shortest decimals that give these 32-bit floats back."""
    return [float(str(value)) for value in np.asarray(values, dtype=np.float32).ravel()]


def make(case):
    generator = np.random.default_rng(case.seed)
    block = make_parameters(case, generator)
    rows = make_rows(case, generator)
    inputs, targets, weights = rows
    return {
        "about": "20 steps of Adam, fixed rows in fixed order; made by tests/oracles/make_training_curves.py",
        "made_with": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "layers": case.layers,
        "activation": "relu",
        "loss": case.loss,
        "adam": ADAM,
        "rows": ROWS,
        "inputs": shortest(inputs),
        "targets": shortest(targets),
        "weights": shortest(weights),
        "initial_parameters": shortest(block),
        "curves": {name: curve(case, block, rows, *how) for name, how in CURVES.items()},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1] / "golden")
    folder = parser.parse_args().output
    torch.set_num_threads(1)
    for case in CASES:
        path = folder / f"training_{case.name}.json"
        path.write_text(json.dumps(make(case), ensure_ascii=False, separators=(",", ":")) + "\n")
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
