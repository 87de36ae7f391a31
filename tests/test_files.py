import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from analysis.files import sha256, write_atomic


def test_writes_into_a_folder_that_it_makes(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.csv"
    write_atomic(path, b"new\n")
    assert path.read_bytes() == b"new\n"
    assert os.listdir(path.parent) == ["c.csv"]  # noqa: PTH208 - hidden files count


def test_replaces_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(b"old, and longer")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_others_may_read_what_was_written(tmp_path: Path) -> None:
    write_atomic(tmp_path / "c.csv", b"new")
    assert stat.S_IMODE((tmp_path / "c.csv").stat().st_mode) == 0o644


def _full_disk(*_: Any, **__: Any) -> Any:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["os.fdopen", "pathlib.Path.replace", "pathlib.Path.chmod"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(step, _full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["c.csv"]  # noqa: PTH208 - hidden files count


def test_a_reader_never_sees_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(b"old")
    seen = []
    replace = Path.replace

    def looking(self: Path, target: Path) -> Path:
        seen.append((path.read_bytes(), self.read_bytes(), self.parent))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", looking)
    write_atomic(path, b"new")
    assert seen == [(b"old", b"new", tmp_path)]


def test_sha256_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    (tmp_path / "a").write_bytes(b"\r\n")
    assert sha256(tmp_path / "a") == hashlib.sha256(b"\r\n").hexdigest()
