"""Run one benchmark file with `env` and `bench`, and print its table.

A file in `benchmarks/` is a plain Python script. It finds `env` (a superuser
environment on a fresh database, thrown away afterwards) and `bench`:

    bench.compare("Board of 20 000 deals", ours=..., stock=..., goal=1.2)
    bench.measure("Free slots of a week", function, limit=0.05)

Files beside it that measure nothing are modules it may import.
"""

import argparse
import runpy
import statistics
import sys
import time
from pathlib import Path

import odoo.init  # noqa: F401 Odoo wants to be imported first
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

TITLE_WIDTH = 48


class Bench:
    """Measures callables and collects the rows of the table."""

    def __init__(self, env):
        self.env = env
        self.rows = []

    def compare(self, title, *, ours, stock, goal, repeat=7):
        """Compare two callables, run in turns so that both meet the same machine.

        :param goal: how many times the time of `stock` ours may take
        :return: the ratio of the medians
        """
        costs = {"ours": [], "stock": []}
        for turn in range(repeat + 1):
            for name, function in (("ours", ours), ("stock", stock)):
                cost = self._cost(function)
                if turn:  # the first turn fills caches
                    costs[name].append(cost)
        (mine, my_cpu, my_queries), (theirs, their_cpu, their_queries) = (
            map(statistics.median, zip(*costs[name], strict=True))
            for name in ("ours", "stock")
        )
        ratio = mine / theirs
        text = (
            f"{mine * 1e3:9.1f} ms {theirs * 1e3:9.1f} ms {ratio:6.2f} x  <= {goal} x"
            f"  (CPU here {my_cpu / their_cpu:.2f} x,"
            f" queries {my_queries:g} and {their_queries:g})"
        )
        self._add(title, text, reached=ratio <= goal)
        return ratio

    def measure(self, title, function, *, limit, repeat=7):
        """Measure one callable against a limit in seconds.

        :return: the median in seconds
        """
        self._cost(function)
        median = statistics.median(self._cost(function)[0] for _turn in range(repeat))
        text = f"{median * 1e3:9.1f} ms {'':12} {'':8}  <= {limit * 1e3:g} ms"
        self._add(title, text, reached=median <= limit)
        return median

    def _cost(self, function):
        """Return what a call costs with nothing in the ORM's cache.

        :return: seconds, seconds of this process, queries
        """
        self.env.flush_all()
        self.env.invalidate_all()
        before = self._clocks()
        function()
        self.env.flush_all()
        return [
            after - start for after, start in zip(self._clocks(), before, strict=True)
        ]

    def _clocks(self):
        return time.perf_counter(), time.process_time(), self.env.cr.sql_log_count

    def _add(self, title, text, *, reached):
        self.rows.append(reached)
        verdict = "ok" if reached else "MISSED"
        sys.stdout.write(f"{title[:TITLE_WIDTH]:{TITLE_WIDTH}} {text}  {verdict}\n")
        sys.stdout.flush()


def main():
    """Run the file of the command line; exit with an error if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("file")
    options = parser.parse_args()
    config.parse_config(
        ["--database", options.database, "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    with Registry(options.database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        bench = Bench(env)
        sys.path.insert(0, str(Path(options.file).parent))
        runpy.run_path(options.file, {"env": env, "bench": bench}, run_name="__main__")
        cr.rollback()
    sys.exit(0 if bench.rows and all(bench.rows) else 1)


if __name__ == "__main__":
    main()
