"""`python -m pipeline` is `editions`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
