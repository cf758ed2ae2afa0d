#!/usr/bin/env python3
"""Do the intervals of `score` hold for a top-quark mass, of which the detector leaves little?

bench/top_toys.py --nominal FILE… --scanned FILE… [--toys 24] [--rows 27000] [--trainings 4]
                  [--results FILE.json]

The files are samples of study top-mass, whose log names them. A toy's event is one of the nominal events
that are selected at both levels, drawn with replacement, its masses moved by 1 %, the same behind the
detector. Weights learnt from all files are the truth of the toys: events of data and of the scan are kept
with a probability proportional to them. So the density at each mass is known, the detector's response is
that of the simulation, and everything else is made and learnt anew in each toy.
"""

import argparse
import json
import warnings
from statistics import fmean, stdev

import numpy as np
import trueup

MASSES = ["m_b1_mu_nu", "m_b2_mu_nu", "m_b1_jj", "m_b2_jj"]
LEVELS = {level: [f"{level}_{mass}" for mass in MASSES] for level in ("gen", "det")}
NOMINAL, TRUTH = 172.5, 175.0  # GeV
SCAN = np.linspace(170.2, 179.9, 101)  # GeV
LARGEST = 40.0  # of the true weights: what is above counts as this
MOVED = 0.01


def train(nominal, scanned, seed, trainings, batch):
    """Weights as study top-mass trains them."""
    return trueup.Reweighter(
        features=LEVELS["gen"],
        parameters=["mt"],
        nominal_theta={"mt": NOMINAL},
        seed=seed,
        trainings=trainings,
        train_fraction=0.95,
        network={"hidden": [50, 50, 50], "activation": "silu"},
        training={
            "batch_size": batch,
            "max_epochs": 20,
            "patience": 20,
            "keep": "last",
            "learning_rate": 5e-3,
            "schedule": "cosine",
        },
    ).fit(nominal, scanned)


def columns(files, names):
    """(N, len(names)) of all files."""
    tables = [trueup.read(file) for file in files]
    return np.concatenate([np.stack([np.asarray(t[n], float) for n in names], axis=1) for t in tables])


def table(masses, names):
    return {name: masses[:, i] for i, name in enumerate(names)}


class Source:
    """The toys' events: selected ones of `masses` (N, 8), with the weights of `truth`."""

    def __init__(self, masses, truth):
        self.masses, self.truth = masses, truth

    def nominal(self, random, rows):
        chosen = self.masses[random.integers(len(self.masses), size=rows)]
        return chosen * np.tile(np.exp(MOVED * random.standard_normal((rows, len(MASSES)))), 2)

    def at(self, random, rows, mass):
        made, kept = [], 0
        while kept < rows:
            events = self.nominal(random, int(1.5 * LARGEST * rows))
            weights = self.truth.weights(table(events[:, : len(MASSES)], LEVELS["gen"]), mt=mass)
            made.append(events[random.uniform(size=len(events)) * LARGEST < weights])
            kept += len(made[-1])
        return np.concatenate(made)[:rows]

    def scanned(self, random, rows):
        each = -(-rows // len(SCAN))
        events = np.concatenate([self.at(random, each, mass) for mass in SCAN])
        order = random.permutation(len(events))[:rows]
        return events[order], np.repeat(SCAN, each)[order]


def toy(source, number, rows, trainings):
    """{level: {value, error, shares}} of fits to one set of data, in GeV."""
    random = np.random.default_rng(number)
    everything = LEVELS["gen"] + LEVELS["det"]
    simulation = table(source.nominal(random, rows), everything)
    data = table(source.at(random, rows, TRUTH), everything)
    events, masses = source.scanned(random, 3 * rows)
    scanned = table(events[:, : len(MASSES)], LEVELS["gen"]) | {"mt": masses}
    weights = train(simulation, scanned, number + 1, trainings, 2000)
    fits = {}
    for level, names in LEVELS.items():
        fit = trueup.fit(
            {name: data[name] for name in names},
            simulation,
            weights,
            generator=scanned,
            method="score",
            observables=names,
            seed=number + 2,
            folds=2,
            repetitions=4,
            network={"hidden": [48, 48]},
            training={"batch_size": 500, "max_epochs": 20, "learning_rate": 4e-3},
        )
        mass = fit.parameters["mt"]
        shares = {k[6:-3]: round(v, 4) for k, v in fit.metrics.items() if k.startswith("error_")}
        fits[level] = {
            "value": round(mass.value, 4),
            "error": round((mass.high - mass.low) / 2, 4),
            "shares": shares,
        }
    return fits


def summary(fits):
    values, errors = [f["value"] for f in fits], [f["error"] for f in fits]
    pulls = [(value - TRUTH) / error for value, error in zip(values, errors, strict=True)]
    return {
        "mean": round(fmean(values), 4),
        "spread": round(stdev(values), 4),
        "stated_error": round(fmean(errors), 4),
        "pull": round(fmean(pulls), 3),
        "pull_width": round(stdev(pulls), 3),
        "inside": sum(abs(pull) < 1 for pull in pulls),
        "toys": len(fits),
        "fits": fits,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nominal", nargs="+", required=True)
    parser.add_argument("--scanned", nargs="+", required=True)
    parser.add_argument("--toys", type=int, default=24)
    parser.add_argument("--rows", type=int, default=27_000)
    parser.add_argument("--trainings", type=int, default=4)
    parser.add_argument("--results")
    options = parser.parse_args()
    warnings.simplefilter("ignore", trueup.CheckWarning)

    masses = columns(options.nominal, LEVELS["gen"] + LEVELS["det"])
    masses = masses[(masses > 0).all(axis=1)]
    scan = columns(options.scanned, [*LEVELS["gen"], "mt"])
    scanned = table(scan[:, :-1], LEVELS["gen"]) | {"mt": scan[:, -1]}
    truth = train(table(masses[:, : len(MASSES)], LEVELS["gen"]), scanned, 5, 1, 5000)
    source = Source(masses, truth)
    fits = []
    for number in range(options.toys):
        fits.append(toy(source, number, options.rows, options.trainings))
        print(number, {k: f"{f['value']:.3f} ± {f['error']:.3f}" for k, f in fits[-1].items()}, flush=True)
    results = {
        "schema": "trueup.top_toys/1",
        "rows": options.rows,
        "selected_nominal_events": len(masses),
        "trainings": options.trainings,
        "truth": TRUTH,
        "levels": {level: summary([f[level] for f in fits]) for level in LEVELS},
    }
    for level, found in results["levels"].items():
        print(level, {k: v for k, v in found.items() if k != "fits"})
    if options.results:
        with open(options.results, "w") as file:
            file.write(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
