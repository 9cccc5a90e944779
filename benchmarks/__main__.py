"""`python -m benchmarks [--resume] [--readme] [NAME…]`: measure, print and keep the figures.

Without names all are measured, which takes about half an hour. Each is kept under
benchmarks/results/ as soon as it is done, and README.md is written anew from the newest of each.
--resume leaves out those that have a result of today; --readme measures nothing.

The exit code is 1 where a goal is missed; one that is unclear is not. All are measured before.
"""

import argparse
import asyncio
import importlib
import os
import sys
import time
from collections.abc import Sequence

from benchmarks import results
from benchmarks.figures import Figures, table
from benchmarks.stage import bind_to_two_cores, cores

#: In the order of the README; each is a module of this package.
NAMES = ("overhead", "pictures", "throughput", "acknowledgement", "fairness", "memory")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, and say what it gave."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.names} - {*NAMES}):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(NAMES)}")
    missed: list[str] = []
    if not options.readme:
        bind_to_two_cores()
        for name in options.names or NAMES:
            path = results.path_of(name, results.today())
            if options.resume and path.exists():
                print(f"{name}: measured today already")
                figures = results.Result.read(path).figures
            else:
                figures = _measure(name)
            missed += [f"{name}: {each.name}" for each in figures if each.met is False]
    results.README.write_text(results.readme(list(NAMES)), encoding="utf-8")
    for each in missed:
        print(f"missed: {each}")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Easel's figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--resume", action="store_true", help="not those measured today")
    parser.add_argument("--readme", action="store_true", help="measure nothing, write the README")
    return parser


def _measure(name: str) -> Figures:
    print(f"{name}: measuring…", flush=True)
    date, load = results.now(), round(os.getloadavg()[0], 1)
    began = time.monotonic()
    figures: Figures = asyncio.run(importlib.import_module(f"benchmarks.{name}").run())
    result = results.Result(
        name=name,
        date=date,
        machine=results.machine(len(cores())),
        load=load,
        commit=results.commit(),
        command=f"make bench BENCH={name}",
        figures=figures,
    )
    path = result.write()
    print(table(figures))
    print(f"  {time.monotonic() - began:.0f} s, kept in {path.relative_to(results.FOLDER.parent)}")
    print(flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
