"""Run every notebook that is out of date; `python run_all.py --help` lists the options."""

try:
    from analysis.cli import main
except ModuleNotFoundError as error:
    raise SystemExit(
        f"{error}: this Python is not the locked environment. Use `make run`, `uv run run_all.py` or, once one of them "
        "has made it, `.venv/bin/python run_all.py`."
    ) from None

if __name__ == "__main__":
    main()
