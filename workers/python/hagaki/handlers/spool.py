"""
Spooling: octets that flow in, kept until the call is over, in memory while they are few and in a file when they are many.

Files are in a directory of this process, which only its user can read. It goes with the process; one that a killed
process has left is removed by the next that spools there: `src/spool/directory.ts`, which names them alike.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import re
import secrets
import shutil
import socket
import tempfile
import threading
from typing import BinaryIO, Final, Optional, Union

_NAME = re.compile(r"hagaki-spool-([0-9a-f]{8})-([0-9]{1,10})-[0-9A-Za-z]{6}")
_SIZE = re.compile(r"([0-9]{1,12})(b|kb|mb|gb)")
_UNITS: Final = {"b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


class Spooled:
    """What was spooled. It is there until the call is over."""

    def __init__(self, size: int, sha256: Optional[str], octets: bytes, path: Optional[str]) -> None:
        self.size = size
        self.sha256 = sha256
        """In hexadecimal; None unless it was asked for."""
        self.path = path
        """Where the file is; None while it is in memory, and once it is gone."""
        self._octets: Optional[bytes] = octets if path is None else None

    def open(self) -> BinaryIO:
        """The octets from their beginning, as often as they are wanted."""
        if self.path is not None:
            return open(self.path, "rb")
        return io.BytesIO(self._kept())

    def move_to(self, path: Union[str, os.PathLike[str]]) -> None:
        """
        Keeps them as a file, readable by this user alone, where nothing may be: FileExistsError. On the same file system it
        takes no time; else it is a copy. Afterwards they are gone from here.
        """
        if self.path is None:
            with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
                file.write(self._kept())
        else:
            try:
                os.link(self.path, path)  # a rename would replace what is there
            except FileExistsError:
                raise
            except OSError:  # another file system, or one without links
                with open(self.path, "rb") as ours, os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
                    shutil.copyfileobj(ours, file)
        self.close()

    def close(self) -> None:
        """Lets go of them. Again, it does nothing."""
        path, self.path, self._octets = self.path, None, None
        if path is not None:
            _remove(path)

    def _kept(self) -> bytes:
        if self._octets is None:
            raise ValueError("what was spooled is gone: its call is over, or it was moved")
        return self._octets


_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Spooling:
    """Takes octets until it is finished, or dropped."""

    def __init__(self, memory: int, parent: Optional[str], hash: bool) -> None:
        """`memory` is how many octets stay there."""
        self._memory = memory
        self._parent = parent or tempfile.gettempdir()
        self._hash = hashlib.sha256() if hash else None
        self._octets = bytearray()
        self._file: Optional[BinaryIO] = None
        self._path: Optional[str] = None
        self._size = 0
        # One that is dropped may be written to by a thread, or have its file made there.
        self._turn = threading.Lock()
        self._dropped = False

    def stays(self, piece: bytes) -> bool:
        """True where a piece more stays in memory."""
        return self._file is None and self._size + len(piece) <= self._memory

    def add(self, piece: bytes) -> None:
        with self._turn:
            if not self._dropped:
                self._add(piece)

    def finish(self) -> Spooled:
        with self._turn:
            if self._file is not None:
                self._file.close()
            sha256 = None if self._hash is None else self._hash.hexdigest()
            return Spooled(self._size, sha256, bytes(self._octets), self._path)

    def drop(self) -> None:
        """Nothing of it is left, and nothing more is taken."""
        with self._turn:
            self._dropped = True
            if self._file is not None and self._path is not None:
                _remove(self._path)
                try:
                    self._file.close()
                except OSError:
                    pass  # what was still to be written does not matter

    def _add(self, piece: bytes) -> None:
        stays = self.stays(piece)
        self._size += len(piece)
        if self._hash is not None:
            self._hash.update(piece)
        if stays:
            self._octets += piece
            return
        if self._file is None:
            self._path, self._file = _make(self._parent)
            self._file.write(self._octets)
            self._octets.clear()
        self._file.write(piece)


def size_of(size: Union[int, str]) -> int:
    """Octets of "16kb", "2mb", "1gb", or of a number. ValueError."""
    if type(size) is int and size >= 0:
        return size
    found = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if found is None:
        raise ValueError(f'size {size!r} is none: write octets as a number, or "16kb", "2mb", "1gb"')
    return int(found[1]) * _UNITS[found[2]]


_made: dict[str, str] = {}
_making = threading.Lock()


def _make(parent: str) -> tuple[str, BinaryIO]:
    """A file that was not there, under a name that nobody can know."""
    with _making:
        directory = _made.get(parent)
        if directory is None or not os.path.isdir(directory):
            remove_stale(parent)
            name = f"hagaki-spool-{_machine()}-{os.getpid()}-{secrets.token_hex(3)}"
            directory = os.path.join(parent, name)
            os.mkdir(directory, 0o700)
            if not _made:
                atexit.register(_remove_all)
            _made[parent] = directory
    path = os.path.join(directory, secrets.token_hex(16))
    return path, os.fdopen(os.open(path, _NEW, 0o600), "wb")


def _remove_all() -> None:
    for directory in _made.values():
        shutil.rmtree(directory, ignore_errors=True)


def remove_stale(parent: str) -> None:
    """Removes what processes left that are no more. What cannot be removed is left for another time."""
    if os.name != "posix":
        return  # nobody can be asked whether a process lives
    for entry in os.scandir(parent):
        found = _NAME.fullmatch(entry.name)
        if found is None or found[1] != _machine() or _is_alive(int(found[2])):
            continue
        try:
            if entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.getuid():
                shutil.rmtree(entry.path, ignore_errors=True)
        except OSError:
            pass


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # of another user, it lives
    return True


def _machine() -> str:
    """Process ids mean something within one machine, or one container that shares its directory with others."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""  # not on Linux
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:8]


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
