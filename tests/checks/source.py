"""The project's own files, as the checks read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

NOT_OURS: Final = frozenset({".git", ".venv", ".data", ".hypothesis", "build", "__pycache__", "node_modules"})
BINARY: Final = frozenset({".png", ".jpg", ".ico", ".gz", ".zip", ".db", ".pyc"})


@dataclass(frozen=True)
class SourceFile:
    """A text file, by its path below the project's root."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The file's name without folder and ending."""
        return Path(self.path).stem

    @property
    def is_python(self) -> bool:
        """Whether it holds Python."""
        return self.path.endswith(".py")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    def within(self, *folders: str) -> bool:
        """Whether it lies in one of these folders, given from the root."""
        return any(self.path.startswith(f"{folder}/") for folder in folders)


def project_files() -> Iterator[SourceFile]:
    """Every text file of the project; what tools leave behind is passed over."""
    for path in sorted(_files(ROOT)):
        if path.suffix not in BINARY:
            yield SourceFile(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        ours = path.name not in NOT_OURS and not path.name.endswith((".egg-info", "_cache"))
        if ours and path.is_dir():
            yield from _files(path)
        elif ours and path.is_file():
            yield path
