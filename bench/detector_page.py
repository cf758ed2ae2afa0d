#!/usr/bin/env python3
"""A page about the CMS-like detector: formulas beside samples, spectra, jets, missing momentum, mass peaks.

bench/detector_page.py [--events 5000] [--out runs/detector] [--results docs/results/detector.json]

Runs build/bin/bench_detector_response, and `trueup simulate` on cards/ttbar.toml and cards/z_mumu.toml;
writes index.html with its figures into the folder, and the numbers behind its tables as JSON.
"""

import argparse
import html
import itertools
import json
import subprocess
import sys
from pathlib import Path

import h5py
import matplotlib
import numpy as np

matplotlib.use("svg")
from matplotlib import pyplot as plt

ROOT = Path(__file__).resolve().parent.parent
PT_EDGES = [20, 30, 40, 60, 80, 120, 200, 400]
ETA_EDGES = [0.0, 1.3, 2.5, 3.0, 5.0]
MATCH = 0.2
# Approximate readings of figures: no simultaneous collisions are simulated here, there they are.
PUBLISHED_JETS = {(30, 40): "15 to 20 % at 30 GeV", (80, 120): "10 % at 100 GeV"}
JETS_SOURCE = "CMS, arXiv:1607.03663, 8 TeV, about 20 simultaneous collisions; also 5 % at 1 TeV"
MET_SOURCE = "CMS, arXiv:1902.06078, 13 TeV: about 20 GeV with some 20 simultaneous collisions"


def simulate(card, out, events, *settings):
    """A table of the card's events; one that is there from the same card is kept."""
    command = [
        ROOT / "build/bin/trueup",
        "simulate",
        ROOT / "cards" / card,
        "--out",
        out,
        "--resume",
        "--quiet",
    ]
    command += ["--events", str(events)]
    for setting in settings:
        command += ["--set", setting]
    subprocess.run([str(word) for word in command], check=True)
    return h5py.File(out)


def column(table, name):
    return np.asarray(table[f"columns/{name}"], dtype=float)


def jets_of(table, level):
    group = table[f"groups/{level}_jets"]
    offsets = np.asarray(group["offsets"])
    values = {name: np.asarray(group[f"columns/{name}"], dtype=float) for name in ("pt", "eta", "phi")}
    return offsets, values


def matched_jets(table):
    """(pt, |eta|, response) of generator-level jets with a detector-level jet within MATCH."""
    gen_offsets, gen = jets_of(table, "gen")
    det_offsets, det = jets_of(table, "det")
    rows = []
    for event in range(len(gen_offsets) - 1):
        seen = slice(det_offsets[event], det_offsets[event + 1])
        for jet in range(gen_offsets[event], gen_offsets[event + 1]):
            dphi = np.remainder(det["phi"][seen] - gen["phi"][jet] + np.pi, 2 * np.pi) - np.pi
            distance = np.hypot(det["eta"][seen] - gen["eta"][jet], dphi)
            if distance.size == 0 or distance.min() > MATCH:
                continue
            found = det["pt"][seen][distance.argmin()]
            rows.append((gen["pt"][jet], abs(gen["eta"][jet]), found / gen["pt"][jet]))
    return np.array(rows)


def core(values):
    """Median, half the central 68 %, and the error of that for a normal core."""
    low, middle, high = np.quantile(values, [0.158655, 0.5, 0.841345])
    width = 0.5 * (high - low)
    return middle, width, 1.2 * width / np.sqrt(len(values))


def response_rows(jets):
    rows = []
    for eta_low, eta_high in itertools.pairwise(ETA_EDGES):
        for pt_low, pt_high in itertools.pairwise(PT_EDGES):
            inside = (jets[:, 0] >= pt_low) & (jets[:, 0] < pt_high)
            inside &= (jets[:, 1] >= eta_low) & (jets[:, 1] < eta_high)
            if inside.sum() < 50:
                continue
            middle, width, error = core(jets[inside, 2])
            rows.append(
                {
                    "eta": [eta_low, eta_high],
                    "pt": [pt_low, pt_high],
                    "jets": int(inside.sum()),
                    "response": round(middle, 4),
                    "resolution": round(width / middle, 4),
                    "resolution_error": round(error / middle, 4),
                    "published": PUBLISHED_JETS.get((pt_low, pt_high), "") if eta_low == 0.0 else "",
                }
            )
    return rows


def met_row(table):
    pull = []
    for axis in (np.cos, np.sin):
        found = column(table, "det_met") * axis(column(table, "det_met_phi"))
        true = column(table, "gen_met") * axis(column(table, "gen_met_phi"))
        pull.append(found - true)
    middle, width, error = core(np.concatenate(pull))
    return {"mean": round(middle, 2), "resolution": round(width, 2), "error": round(error, 2)}


def peak(values, low, high):
    inside = values[(values > low) & (values < high)]
    middle, width, error = core(inside)
    return {
        "median": round(middle, 2),
        "width": round(width, 2),
        "error": round(error, 2),
        "events": len(inside),
    }


def numbers_of(top, z):
    jets = matched_jets(top)
    both = (column(z, "gen_dimuon_mass") > 0) & (column(z, "det_dimuon_mass") > 0)
    ratio = column(z, "det_dimuon_mass")[both] / column(z, "gen_dimuon_mass")[both]
    return {
        "jets": response_rows(jets),
        "missing_momentum_per_axis_GeV": met_row(top),
        "z_mass_generator_GeV": peak(column(z, "gen_dimuon_mass"), 80, 100),
        "z_mass_detector_GeV": peak(column(z, "det_dimuon_mass"), 80, 100),
        "z_mass_resolution": round(core(ratio)[1], 4),
        "z_both_muons_found": round(both.sum() / (column(z, "gen_dimuon_mass") > 0).sum(), 4),
        "w_mass_generator_GeV": peak(column(top, "gen_m_jj"), 50, 115),
        "w_mass_detector_GeV": peak(column(top, "det_m_jj"), 50, 115),
        "top_mass_generator_GeV": peak(column(top, "gen_m_b1_mu_nu"), 120, 220),
        "top_mass_detector_GeV": peak(column(top, "det_m_b1_mu_nu"), 120, 220),
        "selected_generator": round(float(column(top, "gen_top_selected").mean()), 4),
        "selected_detector": round(float(column(top, "det_top_selected").mean()), 4),
    }


def save(out, name):
    plt.tight_layout()
    plt.savefig(out / f"{name}.svg")
    plt.close()


def draw_single(out, rows):
    """One figure a quantity: points are shots, lines the formulas."""
    names = list(dict.fromkeys(row["particle"] for row in rows))
    for quantity in ("efficiency", "width"):
        _, axes = plt.subplots(
            1, len(names), figsize=(3.2 * len(names), 3.2), sharey=quantity == "efficiency"
        )
        for axis, name in zip(axes, names, strict=True):
            for colour, eta in enumerate(sorted({row["eta"] for row in rows})):
                mine = [row for row in rows if row["particle"] == name and row["eta"] == eta]
                pt = [row["pt"] for row in mine]
                axis.plot(pt, [row[f"{quantity}_formula"] for row in mine], color=f"C{colour}")
                points = [row[quantity] if row["efficiency"] > 0.02 else np.nan for row in mine]
                points = points if quantity == "width" else [row[quantity] for row in mine]
                axis.plot(pt, points, "o", color=f"C{colour}", markersize=3, label=f"eta {eta}")
            axis.set_xscale("log")
            if quantity == "width":
                axis.set_yscale("log")
            axis.set_title(name)
            axis.set_xlabel("pt [GeV]")
        axes[0].set_ylabel("found" if quantity == "efficiency" else "resolution")
        axes[0].legend(fontsize=7)
        save(out, quantity)


def draw_spectra(out, spectra):
    plt.figure(figsize=(6, 4))
    for name, bins in spectra.items():
        x = [np.sqrt(b["low"] * b["high"]) for b in bins]
        plt.plot(x, [b["per_event"] for b in bins], drawstyle="steps-mid", label=name)
    plt.xscale("log")
    plt.yscale("log")
    plt.xlabel("energy [GeV]")
    plt.ylabel("per event and bin")
    plt.legend(fontsize=8)
    save(out, "spectra")


def draw_jets(out, rows):
    _, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    for axis, quantity in zip(axes, ("response", "resolution"), strict=True):
        for eta in dict.fromkeys(tuple(row["eta"]) for row in rows):
            mine = [row for row in rows if tuple(row["eta"]) == eta]
            x = [np.sqrt(row["pt"][0] * row["pt"][1]) for row in mine]
            error = [row["resolution_error"] for row in mine]
            axis.errorbar(
                x, [row[quantity] for row in mine], error, fmt="o-", markersize=3, label=f"{eta[0]}–{eta[1]}"
            )
        axis.set_xscale("log")
        axis.set_xlabel("pt of the generator-level jet [GeV]")
        axis.set_ylabel(quantity)
    axes[0].legend(title="abs(eta)", fontsize=7)
    save(out, "jets")


def draw_peaks(out, top, z):
    _, axes = plt.subplots(1, 3, figsize=(11, 3.4))
    for axis, (table, name, low, high) in zip(
        axes,
        ((z, "dimuon_mass", 70, 110), (top, "m_jj", 30, 150), (top, "m_b1_mu_nu", 100, 260)),
        strict=True,
    ):
        for level in ("gen", "det"):
            axis.hist(
                column(table, f"{level}_{name}"), bins=60, range=(low, high), histtype="step", label=level
            )
        axis.set_xlabel(f"{name} [GeV]")
        axis.legend(fontsize=8)
    save(out, "peaks")


def page(numbers):
    rows = "".join(
        f"<tr><td>{r['eta'][0]}–{r['eta'][1]}</td><td>{r['pt'][0]}–{r['pt'][1]}</td><td>{r['jets']}</td>"
        f"<td>{r['response']:.3f}</td>"
        f"<td>{100 * r['resolution']:.1f} ± {100 * r['resolution_error']:.1f} %</td>"
        f"<td>{html.escape(r['published'])}</td></tr>"
        for r in numbers["jets"]
    )
    figures = "".join(
        f'<p><img src="{n}.svg" alt="{n}"></p>' for n in ("efficiency", "width", "spectra", "jets", "peaks")
    )
    rest = {key: value for key, value in numbers.items() if key != "jets"}
    return (
        "<!doctype html><meta charset='utf-8'><title>The detector</title><h1>The CMS-like detector</h1>"
        "<p>Lines: the card's formulas. Points: 4000 particles each.</p>"
        f"{figures}<h2>Jets</h2><table border='1'><tr><th>|eta|</th><th>pt [GeV]</th><th>jets</th>"
        f"<th>response</th><th>resolution</th><th>published</th></tr>{rows}</table><p>{JETS_SOURCE}</p>"
        f"<h2>Missing momentum, masses</h2><pre>{html.escape(json.dumps(rest, indent=1))}</pre>"
        f"<p>{MET_SOURCE}</p>"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=Path("runs/detector"))
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    top = simulate("ttbar.toml", out / "ttbar.h5", options.events, 'output.groups=["gen_jets","det_jets"]')
    z = simulate("z_mumu.toml", out / "z_mumu.h5", options.events)
    card = "cards/ttbar.toml"
    program = [ROOT / "build/bin/bench_detector_response", card, str(min(options.events, 500))]
    response = json.loads(
        subprocess.run([str(word) for word in program], check=True, capture_output=True, cwd=ROOT).stdout
    )
    numbers = numbers_of(top, z)
    draw_single(out, response["single_particles"])
    draw_spectra(out, response["spectra"])
    draw_jets(out, numbers["jets"])
    draw_peaks(out, top, z)
    (out / "index.html").write_text(page(numbers))
    if options.results:
        document = {
            "schema": "trueup.detector/1",
            "what": "jets, missing momentum and mass peaks; resolutions are half the central 68 %",
            "command": "bench/detector_page.py " + " ".join(sys.argv[1:]),
            "commit": subprocess.run(
                ["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True, cwd=ROOT
            ).stdout.strip(),
            "events": options.events,
            "published": {"jets": JETS_SOURCE, "missing momentum": MET_SOURCE},
            **numbers,
        }
        options.results.write_text(json.dumps(document, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
