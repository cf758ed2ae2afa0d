#!/usr/bin/env python3
"""The work of `trueup bench` rows mmd_2048x3 and mmd_4096x9 in PyTorch, on the processor.

bench/peers/mmd.py pytorch_pairs|pytorch_expanded|pytorch_products ROW [--threads 2] [--seconds 2]

Value of the biased MMD^2 between two batches, and its gradient with respect to one of them, in float32:

    pytorch_pairs     the formula as it stands: differences broadcast to (m, n, F), autograd
    pytorch_expanded  squares expanded to a matrix product, autograd
    pytorch_products  the same, gradient by hand as matrix products, in place, whole or in blocks of rows

Each form is checked against 64-bit numbers, then timed with the given number of threads and with one. Prints
one JSON line: the seconds of each repetition of the fastest (a first one is not counted), and all medians.
"""

import argparse
import json
import statistics
import time

import torch

SHAPES = {"mmd_2048x3": (2048, 3), "mmd_4096x9": (4096, 9)}


def batches(rows, columns):
    """Target and output over their bandwidths: the median distance of standard normals that are 0.2 apart."""
    generator = torch.Generator().manual_seed(1)
    a = torch.randn(rows, columns, generator=generator)
    b = torch.randn(rows, columns, generator=generator) + 0.2
    return a / 0.96, b / 0.96


def by_autograd(kernel):
    def run(a, b):
        y = b.clone().requires_grad_(True)
        value = kernel(a, a).mean() + kernel(y, y).mean() - 2 * kernel(a, y).mean()
        value.backward()
        return value.item(), y.grad

    return run


def pairs(x, y):
    return torch.exp(-((x[:, None, :] - y[None, :, :]) ** 2).sum(2))


def expanded(x, y):
    return torch.exp(2 * (x @ y.T) - (x * x).sum(1)[:, None] - (y * y).sum(1)[None, :])


def by_products(block):
    """Gradient by hand, nothing kept but one block of rows. Exponents are one matrix product, of rows with
    two more columns, 2 x.y - |x|^2 - |y|^2; the sums for value and gradient another, of kernel and (1, y).
    """
    buffers = {}

    def kernel(left, right):
        work = buffers.setdefault((len(left), right.shape[1]), torch.empty(len(left), right.shape[1]))
        return torch.mm(left, right, out=work).exp_()

    def run(a, b):
        with torch.inference_mode():
            n, one = len(b), torch.ones(len(b), 1)
            squares_a, squares_b = ((x * x).sum(1, keepdim=True) for x in (a, b))
            left_a, left_b = torch.cat([2 * a, -squares_a, one], 1), torch.cat([2 * b, -squares_b, one], 1)
            right_a = torch.cat([a, one, -squares_a], 1).T.contiguous()
            right_b = torch.cat([b, one, -squares_b], 1).T.contiguous()
            with_a, with_b = torch.cat([one, a], 1), torch.cat([one, b], 1)
            value, gradient = 0.0, torch.empty_like(b)
            for i in range(0, n, block):
                rows = slice(i, i + block)
                value += kernel(left_a[rows], right_a).sum().item()
                own = kernel(left_b[rows], right_b) @ with_b
                cross = kernel(left_b[rows], right_a) @ with_a
                value += (own[:, 0].sum() - 2 * cross[:, 0].sum()).item()
                sums = own - cross
                gradient[rows] = (-4 / n**2) * (b[rows] * sums[:, :1] - sums[:, 1:])
            return value / n**2, gradient

    return run


FORMS = {
    "pytorch_pairs": {"pairs": by_autograd(pairs)},
    "pytorch_expanded": {"expanded": by_autograd(expanded)},
    "pytorch_products": {
        "products": by_products(1 << 20),
        "products in blocks of 512": by_products(512),
        "products in blocks of 128": by_products(128),
    },
}


def check(form, name):
    """Against autograd of the pairs in 64 bits, on fewer rows."""
    a, b = batches(601, 3)
    value, gradient = form(a, b)
    expected, slope = by_autograd(pairs)(a.double(), b.double())
    error = ((gradient.double() - slope).abs().max() / slope.abs().max()).item()
    if not (abs(value - expected) <= 5e-6 and error <= 1e-4):
        raise SystemExit(f"{name}: differs from 64 bits by {value - expected:.2g}, gradient by {error:.2g}")


def timed(form, data, seconds):
    """Seconds of each repetition; at least 3."""
    form(*data)
    found, start = [], time.perf_counter()
    while len(found) < 3 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        form(*data)
        found.append(time.perf_counter() - begin)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=list(FORMS))
    parser.add_argument("row", choices=list(SHAPES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each form")
    arguments = parser.parse_args()
    data = batches(*SHAPES[arguments.row])
    results = {}
    for threads in sorted({arguments.threads, 1}, reverse=True):
        torch.set_num_threads(threads)
        for name, form in FORMS[arguments.peer].items():
            check(form, name)
            results[f"{name}, {threads} threads"] = timed(form, data, arguments.seconds)
    medians = {name: statistics.median(seconds) for name, seconds in results.items()}
    best = min(medians, key=medians.get)
    print(
        json.dumps({"version": torch.__version__, "form": best, "seconds": results[best], "forms": medians})
    )


if __name__ == "__main__":
    main()
