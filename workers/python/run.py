"""Starts the worker by its path: `python3 run.py wsgi module:app`.

So this folder, and not the working directory, is where `hagaki` is looked for: a module of that name
beside the app does not shadow the worker, and no PYTHONPATH reaches the processes that an app starts.
"""

import sys

from hagaki.cli import main

if __name__ == "__main__":
    sys.exit(main())
