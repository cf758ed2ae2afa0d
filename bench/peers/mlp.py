#!/usr/bin/env python3
"""The work of `trueup bench` rows mlp_3x50_epoch and mlp_2x128_epoch, in PyTorch or Keras, on the processor.

bench/peers/mlp.py pytorch|keras ROW [--threads 2] [--epochs 3]

Needs torch, or keras with tensorflow, in the interpreter that runs it. Prints one JSON line with the seconds
of each epoch (1M training rows, then the validation loss of 1M others); a first one is not counted. float32,
Adam with Keras' constants. PyTorch runs with one thread, too: the faster is reported.
"""

import argparse
import json
import os
import time

import numpy as np
from check import fastest

ROWS = 1_000_000
SHAPES = {"mlp_3x50_epoch": ((50, 50, 50), 100_000), "mlp_2x128_epoch": ((128, 128), 1000)}


def two_gaussians(seed):
    """x (N, 2) and t (N): standard normal, and the same moved by half a deviation."""
    rng = np.random.default_rng(seed)
    t = (np.arange(ROWS) % 2).astype(np.float32)
    x = rng.standard_normal((ROWS, 2), dtype=np.float32) + np.float32(0.5) * t[:, None]
    return x, t


def pytorch(hidden, batch, threads, epochs):
    """Whole tensors in memory, rows picked by a permutation: no DataLoader before the network."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    layers, width = [], 2
    for h in hidden:
        layers += [torch.nn.Linear(width, h), torch.nn.ReLU()]
        width = h
    network = torch.nn.Sequential(*layers, torch.nn.Linear(width, 1))
    loss_of = torch.nn.BCEWithLogitsLoss()
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7, fused=True)
    x, t = (torch.from_numpy(a) for a in two_gaussians(1))
    x_valid, t_valid = (torch.from_numpy(a) for a in two_gaussians(2))
    # Validation in the pieces that Keras is given too.
    piece = 10_000
    seconds, loss = [], 0.0
    for _ in range(epochs + 1):
        start = time.perf_counter()
        order = torch.randperm(ROWS)
        for first in range(0, ROWS, batch):
            rows = order[first : first + batch]
            adam.zero_grad(set_to_none=True)
            loss_of(network(x[rows]).squeeze(1), t[rows]).backward()
            adam.step()
        with torch.inference_mode():
            loss = np.mean(
                [
                    loss_of(network(x_valid[i : i + piece]).squeeze(1), t_valid[i : i + piece]).item()
                    for i in range(0, ROWS, piece)
                ]
            )
        seconds.append(time.perf_counter() - start)
    return torch.__version__, seconds[1:], float(loss)


def keras(hidden, batch, threads, epochs):
    """model.fit with validation data, in graph mode, as it comes."""
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    import keras as k

    k.utils.set_random_seed(1)
    network = k.Sequential(
        [k.Input((2,)), *(k.layers.Dense(h, activation="relu") for h in hidden), k.layers.Dense(1)]
    )
    network.compile(optimizer=k.optimizers.Adam(1e-3), loss=k.losses.BinaryCrossentropy(from_logits=True))
    seconds = []

    class Clock(k.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            seconds.append(time.perf_counter() - self.start)

    history = network.fit(
        *two_gaussians(1),
        batch_size=batch,
        epochs=epochs + 1,
        validation_data=two_gaussians(2),
        validation_batch_size=10_000,
        callbacks=[Clock()],
        verbose=0,
    )
    return k.__version__, seconds[1:], float(history.history["val_loss"][-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=["pytorch", "keras"])
    parser.add_argument("row", choices=list(SHAPES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    run = {"pytorch": pytorch, "keras": keras}[arguments.peer]
    seconds = {}
    for threads in sorted({1, arguments.threads}) if arguments.peer == "pytorch" else [arguments.threads]:
        form = f"{threads} thread{'s' * (threads > 1)}"
        version, seconds[form], loss = run(*SHAPES[arguments.row], threads, arguments.epochs)
    print(json.dumps(fastest(seconds) | {"version": version, "validation_loss": loss}))


if __name__ == "__main__":
    main()
