"""Run every notebook that is out of date; `python run_all.py --help` lists the options."""

from analysis.cli import main

if __name__ == "__main__":
    main()
