"""`python -m bench [NAME ...]`: runs the named benchmarks (all without a name) and prints one table for each."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def main() -> int:
    """Prints the tables; exit 0 unless a benchmark is unknown (2)."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]
    wanted = sys.argv[1:] or names
    unknown = [name for name in wanted if name not in names]
    if unknown:
        print(f"unknown benchmark {', '.join(unknown)}; there are: {', '.join(names)}", file=sys.stderr)
        return 2
    for name in wanted:
        print(f"\n## {name}\n\n| what | ours | peer | ratio | target | met |\n|---|---|---|---|---|---|", flush=True)
        for row in importlib.import_module(f"bench.{name}").run():
            ratio = "" if row.ratio is None else f"{row.ratio:,.2f}"
            met = "" if row.met is None else ("yes" if row.met else "NO")
            print(f"| {row.what} | {row.ours} | {row.peer} | {ratio} | {row.target} | {met} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
