#!/usr/bin/env python3
"""The work of `trueup bench pfn_epoch` in PyTorch on the processor.

bench/peers/pfn.py pytorch pfn_epoch [--threads 2] [--batches 40] [--repeats 3]

Jets of 30 constituents: all constituents of a batch go through the first network as one dense table, then a
sum over each jet's 30. An epoch has 1000 batches; --batches of them are timed and scaled, after a quarter as
many that are not counted; with one thread, too: the faster is reported. Prints one JSON line.
"""

import argparse
import json
import time
from itertools import pairwise

import torch
from check import batches as golden_batches
from check import fastest, golden, load_parameters, require_same

JETS_IN_BATCH, BATCHES_IN_EPOCH, CONSTITUENTS = 1000, 1000, 30


class ParticleFlow(torch.nn.Module):
    def __init__(self, inputs, of_member, of_jet):
        super().__init__()
        self.of_member = self.chain([inputs, *of_member])
        self.of_jet = self.chain([of_member[-1], *of_jet])
        self.of_jet.append(torch.nn.Linear(of_jet[-1], 1))

    @staticmethod
    def chain(widths):
        layers = torch.nn.Sequential()
        for i, o in pairwise(widths):
            layers.extend([torch.nn.Linear(i, o), torch.nn.ReLU(inplace=True)])
        return layers

    def forward(self, x):
        """x (jets, constituents, inputs) → logits (jets)."""
        jets, constituents, inputs = x.shape
        phi = self.of_member(x.view(jets * constituents, inputs))
        return self.of_jet(phi.view(jets, constituents, -1).sum(1)).squeeze(1)


def adam_for(network):
    return torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7, fused=True)


def step(network, adam, x, t):
    adam.zero_grad(set_to_none=True)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(network(x), t)
    loss.backward()
    adam.step()
    return loss


def check():
    """20 steps of the same code on small widths."""
    file, curve = golden("network_members_bce_same_count")
    inputs, *widths = file["network"]["members"]
    network = ParticleFlow(inputs, widths, file["network"]["hidden"])
    load_parameters(network, file["initial_parameters"])
    x = torch.tensor(file["member_values"]).view(file["rows"], -1, inputs)
    t = torch.tensor(file["targets"])
    adam = adam_for(network)
    cuts = golden_batches(file["rows"], curve["batch_size"], len(curve["losses"]))
    losses = [step(network, adam, x[begin:end], t[begin:end]).item() for begin, end in cuts]
    return require_same("pfn_epoch", losses, curve["losses"])


def timed(batches, repeats):
    network = ParticleFlow(4, [100, 100, 128], [100, 100, 100])
    adam = adam_for(network)
    t = (torch.arange(batches * JETS_IN_BATCH) % 2).float()
    x = torch.rand(len(t), CONSTITUENTS, 4) * 2 - 1 + 0.05 * t[:, None, None]
    pieces = list(zip(x.split(JETS_IN_BATCH), t.split(JETS_IN_BATCH), strict=True))
    for piece in pieces[: batches // 4]:
        step(network, adam, *piece)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        for piece in pieces:
            step(network, adam, *piece)
        seconds.append((time.perf_counter() - start) * BATCHES_IN_EPOCH / batches)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=["pytorch"])
    parser.add_argument("row", choices=["pfn_epoch"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.manual_seed(1)
    error, seconds = check(), {}
    for threads in sorted({1, arguments.threads}):
        torch.set_num_threads(threads)
        form = f"{threads} thread{'s' * (threads > 1)}, {arguments.batches} of {BATCHES_IN_EPOCH} batches"
        seconds[form] = timed(arguments.batches, arguments.repeats)
    print(json.dumps(fastest(seconds) | {"version": torch.__version__, "check": error}))


if __name__ == "__main__":
    main()
