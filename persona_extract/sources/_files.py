"""Finding local files, and their digest."""

from __future__ import annotations

import glob
import gzip
import hashlib
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from persona_extract.errors import SourceError

JSON_LINES_NAMES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
JSON_NAMES = (*JSON_LINES_NAMES, ".json", ".json.gz")
PARQUET_NAMES = (".parquet",)


def is_path(spec: str) -> bool:
    """Whether SPEC names something that exists, or is a glob that matches something.

    Raises:
        SourceError: the system does not let one look.
    """
    if not spec:
        return False
    try:
        _root(spec).stat()
    except (FileNotFoundError, NotADirectoryError):
        return bool(_matches(spec))
    except OSError as error:
        raise SourceError(f"{spec}: cannot be read: {error.strerror or error}") from error
    return True


def looks_like_path(spec: str) -> bool:
    """Whether SPEC can only have been meant as a path."""
    return any(c in spec for c in "/\\*?[~") or spec.lower().endswith(JSON_NAMES + PARQUET_NAMES)


def find_files(spec: str, names: tuple[str, ...]) -> list[Path]:
    """Files of SPEC (a file, a folder with all below it, a glob) by name, hidden ones left out.

    Raises:
        SourceError: nothing there, or no file whose name ends in one of `names`.
    """
    root = _root(spec)
    if root.is_file():
        return [root]
    if root.is_fifo() or root.is_socket() or root.is_char_device():
        raise SourceError(
            f"{spec}: is a pipe or a device; a run reads its source more than once, so save it to"
            " a file first"
        )
    if root.is_symlink() and not root.exists():
        raise SourceError(f"{spec}: is a link to something that does not exist")
    found = list(root.rglob("*")) if root.is_dir() else _matches(spec)
    if not found and not root.is_dir():
        raise SourceError(f"{spec}: no such file or folder")
    files = [p for p in found if p.is_file() and _readable(p, root, names)]
    if not files:
        raise SourceError(f"{spec}: no readable file in it; known are {', '.join(names)}")
    return sorted(files, key=lambda path: path.as_posix())


def digest(files: list[Path]) -> str:
    """SHA-256 (hex) over the content of the files in their order; their names do not count."""
    whole = hashlib.sha256()
    for path in files:
        with reporting(path), path.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def matches(spec: str) -> list[Path]:
    """The file or folder that SPEC names, or what a glob matches, links followed."""
    root = _root(spec)
    return [path.resolve() for path in ([root] if root.exists() else _matches(spec))]


@contextmanager
def reporting(path: Path) -> Generator[None]:
    """Turns what an operating system or a decompressor says into one line with the file's name."""
    try:
        yield
    except EOFError as error:
        raise SourceError(f"{path}: the gzip file is cut off; fetch it again") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: the gzip file is damaged ({error}); fetch it again") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error


def _root(spec: str) -> Path:
    try:
        return Path(spec).expanduser()
    except RuntimeError:  # "~nobody", where there is no such user
        return Path(spec)


def _readable(path: Path, root: Path, names: tuple[str, ...]) -> bool:
    below = path.relative_to(root).parts if path.is_relative_to(root) else path.parts[-1:]
    return path.name.lower().endswith(names) and not any(p.startswith(".") for p in below)


def _matches(spec: str) -> list[Path]:
    return [Path(p) for p in glob.glob(str(_root(spec)), recursive=True)]  # noqa: PTH207
