"""`python -m avdet`: the command line."""

from avdet.cli import main

if __name__ == "__main__":
    main()
