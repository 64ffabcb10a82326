"""`python3 -m hagaki`."""

import sys

from hagaki.cli import main

if __name__ == "__main__":
    sys.exit(main())
