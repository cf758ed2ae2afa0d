#!/usr/bin/env python3
"""Makes tests/golden/optimisers.json and schedules.json: PyTorch's optimisers, averages and schedules.

    python tests/oracles/make_optimisers.py [--output tests/golden]

In 64-bit floats from 32-bit starting values, so that the golden numbers do not hold the rounding of one
machine.
"""

import argparse
import json
import math
import platform
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel

LAYERS = [4, 37, 1]  # 223 parameters: no vector width divides them
STEPS = 25
DECAY = 0.9
TAIL = 10  # last steps that the equal average takes
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
CASES = {
    "adam": {"weight_decay": 0.0, "clip_norm": 0.0},
    "adamw": {"weight_decay": 0.3, "clip_norm": 0.0},
    "adam_clipped": {"weight_decay": 0.0, "clip_norm": 2.0},
    "adamw_clipped": {"weight_decay": 0.3, "clip_norm": 2.0},
}


def rate(step):
    return 0.02 * 0.5 * (1 + math.cos(math.pi * step / STEPS))


class Quadratic(torch.nn.Module):
    """Σ a (p − c)² / 2 over the blocks W, b, W, b of a network: any program can form its gradient."""

    def __init__(self, start, curvature, centre):
        super().__init__()
        self.blocks = torch.nn.ParameterList()
        self.constants, at = [], 0
        for inputs, outputs in pairwise(LAYERS):
            for size in (inputs * outputs, outputs):
                part = slice(at, at + size)
                self.blocks.append(torch.tensor(start[part], dtype=torch.float64))
                self.constants.append(
                    [torch.tensor(v[part], dtype=torch.float64) for v in (curvature, centre)]
                )
                at += size

    def forward(self, scale):
        parts = zip(self.blocks, self.constants, strict=True)
        return scale * sum((0.5 * a * (p - c) ** 2).sum() for p, (a, c) in parts)

    def flat(self):
        return torch.cat([block.detach() for block in self.blocks]).numpy().copy()


def run(case, start, curvature, centre, scales):
    """Parameters after each step, and PyTorch's average of the last of them."""
    model = Quadratic(start, curvature, centre)
    groups = [
        {"params": list(model.blocks)[0::2], "weight_decay": case["weight_decay"]},
        {"params": list(model.blocks)[1::2], "weight_decay": 0.0},  # biases
    ]
    kind = torch.optim.AdamW if case["weight_decay"] > 0 else torch.optim.Adam
    optimiser = kind(groups, lr=rate(0), betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"])
    average, path, norms = AveragedModel(model), [], []
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = rate(step)
        optimiser.zero_grad()
        model(scales[step]).backward()
        limit = case["clip_norm"] if case["clip_norm"] > 0 else math.inf
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), limit).item())
        optimiser.step()
        path.append(model.flat())
        if step >= STEPS - TAIL:
            average.update_parameters(model)
    return path, average.module.flat(), norms


def exponential_average(path):
    """Σ (1 − d) d^(k−i) p_i / (1 − d^k), as it is defined."""
    weights = np.array([(1 - DECAY) * DECAY ** (len(path) - 1 - i) for i in range(len(path))])
    return (weights[:, None] * np.array(path)).sum(axis=0) / (1 - DECAY ** len(path))


def make_optimisers():
    generator = np.random.default_rng(3)
    size = sum((i + 1) * o for i, o in pairwise(LAYERS))
    start = generator.normal(size=size).astype(np.float32)
    curvature = generator.uniform(0.01, 1.0, size).astype(np.float32)
    centre = generator.normal(size=size).astype(np.float32)
    scales = generator.choice([0.01, 0.3, 1.0, 20.0], STEPS)
    file = {
        "about": "25 steps on Σ a (p − c)² s / 2; made by tests/oracles/make_optimisers.py",
        "layers": LAYERS,
        "adam": ADAM,
        "start": shortest(start),
        "curvature": shortest(curvature),
        "centre": shortest(centre),
        "scales": scales.tolist(),
        "rates": [rate(step) for step in range(STEPS)],
        "decay": DECAY,
        "tail": TAIL,
        "cases": {},
    }
    for name, case in CASES.items():
        path, tail, norms = run(case, start, curvature, centre, scales)
        clipped = sum(norm > case["clip_norm"] > 0 for norm in norms)
        if case["clip_norm"] > 0:
            assert 0 < clipped < STEPS, "some steps are clipped and some are not"
        file["cases"][name] = case | {
            "steps_clipped": clipped,
            "after_5_steps": shortest(path[4]),
            "after_all_steps": shortest(path[-1]),
            "exponential_average": shortest(exponential_average(path)),
            "tail_average": shortest(tail),
        }
    return file


def rates_of(make_scheduler, steps, peak):
    """The rate of each step."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler, rates = make_scheduler(optimiser), []
    for _ in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return rates


def one_cycle(steps, peak, warmup):
    """Its scheduler refuses to be asked once more than it has steps."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler = lr_scheduler.OneCycleLR(
        optimiser, max_lr=peak, total_steps=steps, pct_start=warmup, cycle_momentum=False
    )
    rates = []
    for step in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if step + 1 < steps:
            scheduler.step()
    return rates


def warmed(after):
    """Linear up to the peak, then `after` for the steps that are left."""

    def make_for(steps, peak, warmup):
        rising = math.floor(warmup * steps)

        def make(optimiser):
            up = lr_scheduler.LinearLR(optimiser, start_factor=1 / rising, total_iters=rising - 1)
            return lr_scheduler.SequentialLR(optimiser, [up, after(optimiser, steps - rising)], [rising])

        return rates_of(make, steps, peak)

    return make_for


def cosine(steps, peak, _):
    return rates_of(lambda optimiser: lr_scheduler.CosineAnnealingLR(optimiser, steps), steps, peak)


def plateau(losses, peak, factor, patience, margin):
    """The rate of each epoch."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler = lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=factor, patience=patience, threshold=margin, threshold_mode="abs", eps=0.0
    )
    rates = []
    for loss in losses:
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step(loss)
    return rates


def make_schedules():
    schedules = {
        "cosine": cosine,
        "one_cycle": one_cycle,
        "cosine_warmed": warmed(lr_scheduler.CosineAnnealingLR),
        "constant_warmed": warmed(lambda optimiser, steps: lr_scheduler.ConstantLR(optimiser, 1.0, steps)),
    }
    file = {"about": "rates of every step; made by tests/oracles/make_optimisers.py", "schedules": []}
    for name, make in schedules.items():
        for steps, peak, warmup in [(40, 0.003, 0.3), (101, 0.01, 0.1), (1000, 0.001, 0.25)]:
            warmup = 0.0 if name == "cosine" else warmup
            rates = make(steps, peak, warmup)
            keep = range(0, steps, 1 if steps < 200 else 37)
            file["schedules"].append(
                {
                    "kind": name.split("_warmed")[0],
                    "steps": steps,
                    "peak": peak,
                    "warmup": warmup,
                    "at": list(keep),
                    "rates": [rates[step] for step in keep],
                }
            )
    losses = np.round(0.7 + 0.1 * np.cumsum(np.random.default_rng(4).normal(-0.05, 0.3, 40)), 4).tolist()
    for factor, patience, margin in [(0.1, 0, 0.0), (0.5, 2, 0.0), (0.3, 1, 0.05)]:
        rates = plateau(losses, 0.01, factor, patience, margin)
        assert len(set(rates)) > 2, "the rate falls more than once"
        file.setdefault("plateaus", []).append(
            {
                "factor": factor,
                "patience": patience,
                "margin": margin,
                "losses": losses,
                "peak": 0.01,
                "rates": rates,
            }
        )
    return file


def shortest(values):
    """The shortest decimals that give these 32-bit floats back."""
    return [float(str(value)) for value in np.asarray(values, dtype=np.float32).ravel()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1] / "golden")
    folder = parser.parse_args().output
    warnings.filterwarnings("ignore", message="The epoch parameter")  # PyTorch's own call in SequentialLR
    made_with = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    for name, file in {"optimisers": make_optimisers(), "schedules": make_schedules()}.items():
        path = folder / f"{name}.json"
        text = json.dumps({"made_with": made_with} | file, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text + "\n")
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
