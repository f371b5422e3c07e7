"""`python -m bot` is the command `wirewatch`. A stop is heard before anything else is imported."""

import gc
import sys

from bot.signals import exit_code_of, exit_on_signal

# What imports make stays: looking for garbage in it took a sixth of a start. On again once the command is imported.
gc.disable()
exit_on_signal(exit_code_of(sys.argv[1:]))

from bot.cli import main  # noqa: E402  # imports take half a second, and a stop may come meanwhile

if __name__ == "__main__":
    main()
