#!/usr/bin/env python3
"""Standard deviations of the best estimates of mean and width of a Gaussian seen through noise (gaussian-2d).

The first from the data alone (Cramer-Rao), the second with a simulated sample of as many events at N(0, 1),
exact weights w, the exact score t and its mean phi given the generator level:
I^-1 (I + E0[w^2 (t - phi)^2]) I^-1 / N.
"""

import argparse

import numpy as np

NOISE = 0.5


def bounds(mu, sigma, events, draws):
    v = sigma**2 + NOISE**2
    width = 2 * sigma / (2 * v * v)
    rng = np.random.default_rng(0)
    x = rng.normal(size=draws)
    y = x + NOISE * rng.normal(size=draws)
    weights = np.exp(0.5 * x * x - 0.5 * ((x - mu) / sigma) ** 2) / sigma
    # The score of the width is of the second order in y, whose square has the mean x^2 + noise^2 given x.
    residuals = np.stack([(y - x) / v, ((y - mu) ** 2 - (x - mu) ** 2 - NOISE**2) * width])
    simulated = (weights**2 * residuals) @ residuals.T / draws
    information = np.diag([1 / v, 2 * (sigma / v) ** 2])
    inverse = np.linalg.inv(information)
    both = inverse @ (information + simulated) @ inverse
    return np.sqrt(np.diag(inverse) / events), np.sqrt(np.diag(both) / events)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mu", type=float, default=-1.0)
    parser.add_argument("--sigma", type=float, default=0.75)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--draws", type=int, default=5_000_000)
    options = parser.parse_args()
    alone, both = bounds(options.mu, options.sigma, options.events, options.draws)
    print(f"data alone {alone[0]:.5f} {alone[1]:.5f}, with simulation {both[0]:.5f} {both[1]:.5f}")


if __name__ == "__main__":
    main()
