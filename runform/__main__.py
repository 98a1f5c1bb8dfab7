"""`python -m runform`."""

from runform.cli import main

if __name__ == "__main__":
    main()
