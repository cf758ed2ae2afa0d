"""What else the machine did while a program was timed: load average, time that the host took for others."""

import os
import subprocess
import time
from pathlib import Path

STAT = Path("/proc/stat")


def processor_ticks(stat=STAT):
    """(busy, stolen) of all processors since the machine started; None where the system does not tell."""
    try:
        label, *fields = stat.read_text().splitlines()[0].split()
        user, nice, system, _idle, _waiting, interrupts, soft, stolen = map(int, fields[:8])
    except (OSError, IndexError, ValueError):
        return None
    return (user + nice + system + interrupts + soft, stolen) if label == "cpu" else None


def stolen_share(before, after):
    """stolen / (busy + stolen) between two readings, of any program; None when nothing was counted."""
    if before is None or after is None:
        return None
    busy, stolen = (max(b - a, 0) for a, b in zip(before, after, strict=True))
    return stolen / (busy + stolen) if busy + stolen > 0 else None


def run_watched(command, environment=None):
    """What the command prints, and around it: load average before, wall seconds, share stolen meanwhile."""
    around = {"load_average": os.getloadavg()[0]}
    before, start = processor_ticks(), time.monotonic()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    around["seconds"] = time.monotonic() - start
    around["stolen_share"] = stolen_share(before, processor_ticks())
    return done.stdout, around


def surroundings_text(runs):
    """A sentence about what was around all runs; older ones have load averages only."""
    loads = [run["load_average"] for run in runs]
    shares = [100 * run["stolen_share"] for run in runs if run.get("stolen_share") is not None]
    span = f"{min(loads):.3g} to {max(loads):.3g}"
    text = f"Load average before each run: {span},\nin which the programs measured count"
    if shares:
        text += (
            f";\nof the processors' time during a run the host took {min(shares):.2g} to {max(shares):.2g} %"
        )
    return text + "."
