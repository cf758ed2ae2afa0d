"""The tutorial's fit from Python: tables, weights and mu, with the cards beside this file.

python examples/gaussian_fit.py
"""

from pathlib import Path

import trueup

CARDS = Path(__file__).parent

nominal = trueup.simulate(CARDS / "gaussian_nominal.toml", events=20_000)
scanned = trueup.simulate(CARDS / "gaussian_scan.toml", events=20_000, seed=2)
data = trueup.simulate(CARDS / "gaussian_data.toml", events=20_000, seed=3)

weights = trueup.Reweighter(
    features=["gen_x"],
    parameters=["mu"],
    trainings=3,
    network={"activation": "silu"},
    training={"max_epochs": 10, "patience": 10, "learning_rate": 3e-3, "schedule": "cosine"},
).fit(nominal, scanned)

fit = trueup.fit(data, nominal, weights, method="score", observables=["det_x"])
mu = fit.parameters["mu"]
print(f"mu = {mu.value:.4f} +- {mu.error:.4f}, truth {mu.truth}")
print(f"{sum(check.passed for check in fit.checks)} of {len(fit.checks)} quality checks passed")
