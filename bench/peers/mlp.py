#!/usr/bin/env python3
"""The work of `trueup bench` rows mlp_3x50_epoch and mlp_2x128_epoch, in PyTorch or Keras, on the processor.

bench/peers/mlp.py pytorch|keras ROW [--threads 2] [--epochs 3]

Needs torch, or keras with tensorflow, in the interpreter that runs it. Prints one JSON line with the seconds
of each epoch (1M training rows, then the validation loss of 1M others); a first one is not counted. float32,
Adam with Keras' constants. PyTorch runs with one thread, too: the faster is reported. First the same code has
to follow the golden curve of a 50-50-50 network, 20 steps from given parameters.
"""

import argparse
import json
import os
import time
from itertools import pairwise

import numpy as np
from check import batches as golden_batches
from check import fastest, golden, load_parameters, require_same

ROWS = 1_000_000
VALIDATION_BATCH = 10_000
# Keras adds Adam's epsilon before the correction of the second moment: as much as 32 times larger at first.
KERAS_LIMIT = 3e-4
SHAPES = {"mlp_3x50_epoch": ((50, 50, 50), 100_000), "mlp_2x128_epoch": ((128, 128), 1000)}


def two_gaussians(seed):
    """x (N, 2) and t (N): standard normal, and the same moved by half a deviation."""
    rng = np.random.default_rng(seed)
    t = (np.arange(ROWS) % 2).astype(np.float32)
    x = rng.standard_normal((ROWS, 2), dtype=np.float32) + np.float32(0.5) * t[:, None]
    return x, t


class Torch:
    """Whole tensors in memory, rows picked by a permutation: no DataLoader before the network."""

    def __init__(self, inputs, hidden, threads):
        import torch

        self.torch = torch
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        layers, width = [], inputs
        for h in hidden:
            layers += [torch.nn.Linear(width, h), torch.nn.ReLU()]
            width = h
        self.network = torch.nn.Sequential(*layers, torch.nn.Linear(width, 1))
        self.loss_of = torch.nn.BCEWithLogitsLoss()
        self.adam = torch.optim.Adam(self.network.parameters(), lr=1e-3, eps=1e-7, fused=True)

    def step(self, x, t):
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss_of(self.network(x).squeeze(1), t)
        loss.backward()
        self.adam.step()
        return loss

    def check(self, file, curve):
        load_parameters(self.network, file["initial_parameters"])
        x = self.torch.tensor(file["inputs"]).view(file["rows"], -1)
        t = self.torch.tensor(file["targets"])
        cuts = golden_batches(file["rows"], curve["batch_size"], len(curve["losses"]))
        return require_same(
            "pytorch", [self.step(x[begin:end], t[begin:end]).item() for begin, end in cuts], curve["losses"]
        )

    def timed(self, batch, epochs):
        torch = self.torch
        x, t = (torch.from_numpy(a) for a in two_gaussians(1))
        x_valid, t_valid = (torch.from_numpy(a) for a in two_gaussians(2))
        seconds = []
        for _ in range(epochs + 1):
            start = time.perf_counter()
            order = torch.randperm(ROWS)
            for first in range(0, ROWS, batch):
                rows = order[first : first + batch]
                self.step(x[rows], t[rows])
            with torch.inference_mode():
                pieces = zip(x_valid.split(VALIDATION_BATCH), t_valid.split(VALIDATION_BATCH), strict=True)
                loss = np.mean([self.loss_of(self.network(a).squeeze(1), b).item() for a, b in pieces])
            seconds.append(time.perf_counter() - start)
        return torch.__version__, seconds[1:], float(loss)


class Keras:
    """model.fit with validation data, in graph mode, as it comes."""

    def __init__(self, inputs, hidden, threads):
        os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
        import keras
        import tensorflow as tf

        if tf.config.threading.get_intra_op_parallelism_threads() != threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        self.keras = keras
        keras.utils.set_random_seed(1)
        layers = [keras.layers.Dense(h, activation="relu") for h in hidden]
        self.network = keras.Sequential([keras.Input((inputs,)), *layers, keras.layers.Dense(1)])
        self.network.compile(
            optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.BinaryCrossentropy(from_logits=True)
        )

    def check(self, file, curve):
        values, weights = np.array(file["initial_parameters"], dtype=np.float32), []
        for inputs, outputs in pairwise(file["layers"]):  # Keras has W as (inputs, outputs)
            weights += [
                values[: inputs * outputs].reshape(outputs, inputs).T,
                values[inputs * outputs :][:outputs],
            ]
            values = values[(inputs + 1) * outputs :]
        self.network.set_weights(weights)
        x = np.array(file["inputs"], dtype=np.float32).reshape(file["rows"], -1)
        t = np.array(file["targets"], dtype=np.float32)
        losses = []
        for begin, end in golden_batches(file["rows"], curve["batch_size"], len(curve["losses"])):
            self.network.reset_metrics()  # they would be means over the batches so far
            losses.append(float(self.network.train_on_batch(x[begin:end], t[begin:end])))
        return require_same("keras", losses, curve["losses"], KERAS_LIMIT)

    def timed(self, batch, epochs):
        seconds = []

        class Clock(self.keras.callbacks.Callback):
            def on_epoch_begin(self, epoch, logs=None):
                self.start = time.perf_counter()

            def on_epoch_end(self, epoch, logs=None):
                seconds.append(time.perf_counter() - self.start)

        history = self.network.fit(
            *two_gaussians(1),
            batch_size=batch,
            epochs=epochs + 1,
            validation_data=two_gaussians(2),
            validation_batch_size=VALIDATION_BATCH,
            callbacks=[Clock()],
            verbose=0,
        )
        return self.keras.__version__, seconds[1:], float(history.history["val_loss"][-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=["pytorch", "keras"])
    parser.add_argument("row", choices=list(SHAPES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    peer = {"pytorch": Torch, "keras": Keras}[arguments.peer]
    file, curve = golden("training_bce_2_50_50_50_1")
    error = peer(2, file["layers"][1:-1], arguments.threads).check(file, curve)
    hidden, batch = SHAPES[arguments.row]
    seconds = {}
    for threads in sorted({1, arguments.threads}) if arguments.peer == "pytorch" else [arguments.threads]:
        form = f"{threads} thread{'s' * (threads > 1)}"
        version, seconds[form], loss = peer(2, hidden, threads).timed(batch, arguments.epochs)
    print(json.dumps(fastest(seconds) | {"version": version, "validation_loss": loss, "check": error}))


if __name__ == "__main__":
    main()
