"""The table that is printed, and the library's side of each row."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

BINARIES = Path(__file__).resolve().parent.parent / ".build/release"
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def line(name: str, ours: str, other: str, ratio: str, target: str, verdict: str) -> None:
    print(f"{name:<44} {ours:>10} {other:>10} {ratio:>7} {target:>9}  {verdict}", flush=True)


def row(name: str, ours: float, other: float | None, ratio: float, sign: str, target: float, digits: int = 0) -> None:
    met = ratio >= target if sign == ">=" else ratio <= target
    other_text, ratio_text = ("", "") if other is None else (f"{other:.{digits}f}", f"{ratio:.2f}")
    line(name, f"{ours:.{digits}f}", other_text, ratio_text, f"{sign} {target:g}", "met" if met else "missed")


def load(command: str, *files: str, **options: object) -> dict[str, float]:
    """Runs the library once, in a process of its own."""
    arguments = [f"{name}={value}" for name, value in options.items()]
    result = subprocess.run([BINARIES / "MailLoad", command, *arguments, *files], capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"Benchmarks/mail: MailLoad {command} failed: {result.stdout}{result.stderr[-2_000:]}")
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def median_of(run: Callable[[], float], rounds: int = ROUNDS) -> float:
    return statistics.median(run() for _ in range(rounds))
