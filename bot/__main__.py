"""`python -m bot` is the command `wirewatch`. A stop is heard before anything else is imported."""

import gc
import os
import sys

from bot.signals import exit_code_of, exit_on_signal

for _name, _mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
    # Closed (`>&-`, some supervisors): the next file that is opened would get its number, and what is printed.
    if getattr(sys, _name) is None:
        setattr(sys, _name, open(os.devnull, _mode, encoding="utf-8"))  # noqa: SIM115  # open as long as we run
# rapidfuzz imports NumPy where somebody has installed it. That starts a thread for each processor, and where none is to
# be had it sends itself SIGINT: `run --once` ended with 0, having done nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What imports make stays: looking for garbage in it took a sixth of a start. On again once the command is imported.
gc.disable()
exit_on_signal(exit_code_of(sys.argv[1:]))

from bot.cli import main  # noqa: E402  # imports take half a second, and a stop may come meanwhile

if __name__ == "__main__":
    main()
