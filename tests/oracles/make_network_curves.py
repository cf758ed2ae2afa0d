#!/usr/bin/env python3
"""Makes tests/golden/network_*.json with PyTorch: 20 steps of Adam on residual and particle-flow networks.

    python tests/oracles/make_network_curves.py [--output tests/golden]

As make_training_curves.py: 64-bit floats from 32-bit parameters and data, and beside it the same in 32 bits.
"""

import argparse
import json
import platform
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from make_training_curves import ADAM, STEPS, shortest
from torch.nn import functional

ROWS = 300
CURVES = {
    "full_batch": {"batch_size": ROWS, "weighted": True},
    "mini_batch": {"batch_size": 77, "weighted": True},  # the last of an epoch has 69 rows
    "mini_batch_unweighted": {"batch_size": 77, "weighted": False},
}
KEPT_OUTPUTS = 37  # rows of the outputs after training
ACTIVATIONS = {
    "relu": functional.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.01),
    "silu": functional.silu,
    "tanh": torch.tanh,
}


@dataclass
class Case:
    name: str
    seed: int
    loss: str
    inputs: int
    hidden: list[int]
    outputs: int = 1
    activation: str = "relu"
    residual_blocks: int = 0
    members: list[int] = field(default_factory=list)  # inputs of a member, then widths
    counts: tuple[int, int] = (0, 0)  # least and most members of a row
    huber_delta: float = 1.0


CASES = [
    Case("residual_mse", 11, "mse", 5, [24], 3, "leaky_relu", residual_blocks=2),
    Case("residual_huber_silu", 12, "huber", 4, [16], 3, "silu", residual_blocks=1, huber_delta=0.4),
    Case("dense_huber_tanh", 13, "huber", 3, [18, 11], 2, "tanh", huber_delta=0.4),
    Case("members_bce", 14, "bce", 1, [20], members=[4, 24, 16], counts=(0, 9)),
    Case("members_bce_same_count", 15, "bce", 0, [20, 18], members=[4, 24, 16], counts=(6, 6)),
]


class Network(torch.nn.Module):
    """The layers in the order of Network::parameters(): those of a member, then those of a row."""

    def __init__(self, case):
        super().__init__()
        self.act, self.residual = ACTIVATIONS[case.activation], case.residual_blocks > 0
        self.of_member = torch.nn.ModuleList(torch.nn.Linear(i, o) for i, o in pairwise(case.members))
        first = case.inputs + (case.members[-1] if case.members else 0)
        width = case.hidden[-1]
        of_blocks = [width] * (2 * case.residual_blocks)
        widths = [first, *case.hidden, *of_blocks, case.outputs]
        self.of_row = torch.nn.ModuleList(torch.nn.Linear(i, o) for i, o in pairwise(widths))
        self.plain = len(case.hidden)

    @torch.no_grad()
    def start(self):
        """Residual: Fixup, which is the identity. Else Glorot-uniform with biases that are not 0."""
        for layer in [*self.of_member, *self.of_row]:
            if self.residual:
                torch.nn.init.kaiming_uniform_(layer.weight, a=0.01, nonlinearity="leaky_relu")
                torch.nn.init.zeros_(layer.bias)
            else:
                torch.nn.init.xavier_uniform_(layer.weight)
                torch.nn.init.uniform_(layer.bias, -0.1, 0.1)
        if self.residual:
            for layer in [*self.of_row[self.plain + 1 :: 2], self.of_row[-1]]:
                torch.nn.init.zeros_(layer.weight)

    def forward(self, x, members, row_of_member):
        for layer in self.of_member:
            members = self.act(layer(members))
        if self.of_member:
            sums = torch.zeros(len(x), members.shape[1], dtype=x.dtype)
            x = torch.cat([x, sums.index_add(0, row_of_member, members)], dim=1)
        h = x
        for layer in self.of_row[: self.plain]:
            h = self.act(layer(h))
        for first, second in zip(
            self.of_row[self.plain : -1 : 2], self.of_row[self.plain + 1 : -1 : 2], strict=True
        ):
            h = h + second(self.act(first(h)))
        z = self.of_row[-1](h)
        return z + x[:, : z.shape[1]] if self.residual else z

    def flat(self):
        return torch.cat([part.detach().flatten() for part in self.parameters()]).numpy().copy()


def make_rows(case):
    """Inputs (N, F), targets (N, T), weights (N), members (M, width), their counts (N)."""
    generator = np.random.default_rng(case.seed)
    inputs = generator.normal(size=(ROWS, case.inputs))
    counts = generator.integers(case.counts[0], case.counts[1] + 1, ROWS)
    members = generator.normal(size=(counts.sum(), case.members[0] if case.members else 0))
    if case.loss == "bce":
        energy = np.zeros(ROWS)
        np.add.at(energy, np.repeat(np.arange(ROWS), counts), members[:, 0] * members[:, 1])
        targets = (energy + inputs.sum(1) + 0.3 * generator.normal(size=ROWS) > 0)[:, None]
    else:
        targets = inputs[:, : case.outputs] + 0.3 * np.sin(2 * inputs[:, -1:])
        targets = targets + 0.2 * generator.normal(size=targets.shape)
    weights = generator.uniform(0.2, 2.0, ROWS) * np.where(generator.uniform(size=ROWS) < 0.05, -1, 1)
    return *(part.astype(np.float32) for part in (inputs, targets, weights, members)), counts


def batch_loss(case, z, targets, weights):
    """Σ w l(z, t) / Σ w, with l summed over the outputs."""
    if case.loss == "bce":
        values = functional.binary_cross_entropy_with_logits(z, targets, reduction="none")
    elif case.loss == "mse":
        values = (z - targets) ** 2
    else:
        values = functional.huber_loss(z, targets, reduction="none", delta=case.huber_delta)
    return (weights[:, None] * values).sum() / weights.sum()


def run(case, start, rows, kind, dtype):
    """Loss before each step; parameters and outputs after the last."""
    network = Network(case).to(dtype)
    network.load_state_dict({name: part.to(dtype) for name, part in start.items()})
    inputs, targets, weights, members = (torch.tensor(part, dtype=dtype) for part in rows[:4])
    weights = weights if kind["weighted"] else torch.ones_like(weights)
    ends = np.concatenate([[0], np.cumsum(rows[4])])
    optimiser = torch.optim.Adam(
        network.parameters(),
        lr=ADAM["learning_rate"],
        betas=(ADAM["beta1"], ADAM["beta2"]),
        eps=ADAM["epsilon"],
    )

    def output(begin, end):
        row_of_member = torch.from_numpy(np.repeat(np.arange(end - begin), rows[4][begin:end]))
        return network(inputs[begin:end], members[ends[begin] : ends[end]], row_of_member)

    losses, begin = [], 0
    for _ in range(STEPS):
        end = min(begin + kind["batch_size"], ROWS)
        optimiser.zero_grad()
        loss = batch_loss(case, output(begin, end), targets[begin:end], weights[begin:end])
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        begin = 0 if end == ROWS else end
    return losses, network.flat(), output(0, KEPT_OUTPUTS).detach().numpy()


def curve(case, start, rows, kind):
    losses, final, outputs = run(case, start, rows, kind, torch.float64)
    losses32, final32, outputs32 = run(case, start, rows, kind, torch.float32)
    relative = max(abs(a - b) / abs(b) for a, b in zip(losses32, losses, strict=True))
    return kind | {
        "losses": [float(f"{loss:.12g}") for loss in losses],
        "final_parameters": shortest(final),
        "final_outputs": shortest(outputs),
        "largest_deviation_in_32_bits": {
            "loss_relative": float(f"{relative:.2g}"),
            "parameter": float(f"{np.abs(final32 - final).max():.2g}"),
            "output": float(f"{np.abs(outputs32 - outputs).max():.2g}"),
        },
    }


def make(case):
    torch.manual_seed(case.seed)
    network = Network(case)
    network.start()
    rows = make_rows(case)
    inputs, targets, weights, members, counts = rows
    start = network.state_dict()
    return {
        "about": "20 steps of Adam, fixed rows in fixed order; made by tests/oracles/make_network_curves.py",
        "made_with": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "network": {
            "inputs": case.inputs,
            "hidden": case.hidden,
            "outputs": case.outputs,
            "activation": case.activation,
            "residual_blocks": case.residual_blocks,
            "add_inputs": case.residual_blocks > 0,
            "members": case.members,
        },
        "loss": case.loss,
        "huber_delta": case.huber_delta,
        "adam": ADAM,
        "rows": ROWS,
        "inputs": shortest(inputs),
        "targets": shortest(targets),
        "weights": shortest(weights),
        "member_counts": counts.tolist() if case.members else [],
        "member_values": shortest(members),
        "initial_parameters": shortest(network.flat()),
        "curves": {name: curve(case, start, rows, kind) for name, kind in CURVES.items()},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1] / "golden")
    folder = parser.parse_args().output
    torch.set_num_threads(1)
    for case in CASES:
        path = folder / f"network_{case.name}.json"
        document = make(case)
        path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
        strays = [c["largest_deviation_in_32_bits"] for c in document["curves"].values()]
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB; 32 bits stray by {strays}")


if __name__ == "__main__":
    main()
