"""``python -m cypool`` is the command ``cypool``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
