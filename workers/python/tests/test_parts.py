"""Parts of a form behind the line of a call, files within data, and what is spooled of them."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Iterator, Optional

from caller import DATA, Caller

from hagaki.handlers import File, Part, SetupFaulty, acts, file, local, multipart, parts, service
from hagaki.handlers.part import parts_of, with_files
from hagaki.handlers.refused import Refusal
from hagaki.handlers.spool import Spooled, Spooling, remove_stale, size_of

OCTETS = bytes(range(256)) * 1_200


def sized(octets: bytes) -> bytes:
    return struct.pack(">I", len(octets)) + octets


def part(name: str, *pieces: bytes, filename: Optional[str] = None) -> bytes:
    head = json.dumps({"name": name, "filename": filename, "mediaType": None}).encode()
    return sized(head) + b"".join(map(sized, pieces)) + sized(b"")


def cut(octets: bytes, size: int) -> Iterator[bytes]:
    return (octets[at : at + size] for at in range(0, len(octets), size))


def of(octets: bytes, size: int = 65_536) -> Iterator[Part]:
    return parts_of(cut(octets, size), lambda spooled: None)


class PartsTest(unittest.TestCase):
    def test_cut_anywhere_they_are_the_same(self) -> None:
        sent = part("a", b"one", b"two") + part("b") + part("c", b"\n\0\xff", filename="../x")
        for size in (1, 3, 7, 65_536):
            with self.subTest(size):
                told = [(one.name, one.filename, one.read(10)) for one in of(sent, size)]
                self.assertEqual(told, [("a", None, b"onetwo"), ("b", None, b""), ("c", "../x", b"\n\0\xff")])

    def test_the_next_one_passes_over_the_rest_of_the_last(self) -> None:
        all = of(part("a", b"1", b"2") + part("b", b"3"))
        first = next(all)
        self.assertEqual(next(iter(first)), b"1")
        second = next(all)
        self.assertEqual((second.name, second.text(1)), ("b", "3"))
        with self.assertRaisesRegex(RuntimeError, "the next part was asked for"):
            first.read(10)

    def test_a_part_may_be_as_large_as_its_limit_and_no_larger(self) -> None:
        self.assertEqual(next(of(part("a", b"12", b"3"))).read(3), b"123")
        for read in (lambda one: one.read(2), lambda one: one.text("2b"), lambda one: one.spool(limit=2, memory=0)):
            with self.assertRaises(Refusal) as refused:
                read(next(of(part("a", b"12", b"3"))))
            self.assertEqual((refused.exception.code, refused.exception.detail["limit"]), ("body_too_large", 2))
        with self.assertRaises(Refusal) as refused:
            next(of(part("a", b"\xff"))).text(9)
        self.assertEqual(refused.exception.code, "body_malformed")

    def test_sizes_are_written_as_elsewhere(self) -> None:
        self.assertEqual([size_of(one) for one in (0, 7, "7b", "2kb", "5gb")], [0, 7, 7, 2_048, 5 * 1024**3])
        for faulty in (-1, True, 1.5, "5", "5 mb", "-1kb", "5MB", None):
            with self.subTest(faulty), self.assertRaises(ValueError):
                size_of(faulty)  # type: ignore[arg-type]

    def test_files_stand_where_they_were(self) -> None:
        at = [["photo"], ["more", 1]]
        files = [{"at": way, "name": "n", "type": "", "size": size} for way, size in zip(at, (2, 3))]
        put = with_files({"photo": None, "more": ["text", None]}, files, b"abcde")
        self.assertEqual(put, {"photo": File("n", "", b"ab"), "more": ["text", File("n", "", b"cde")]})


class SpoolTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = folder.name

    def spooled(self, octets: bytes, **options: Any) -> Spooled:
        made = next(of(part("a", *cut(octets, 10_000)))).spool(limit="1mb", dir=self.dir, **options)
        self.addCleanup(made.close)
        return made

    def files(self) -> list[str]:
        return [str(one) for one in Path(self.dir).glob("hagaki-spool-*/*")]

    def test_what_is_small_stays_in_memory_and_what_is_larger_is_a_file_that_others_cannot_read(self) -> None:
        for size, memory in ((0, "64kb"), (65_536, "64kb"), (10, 10)):
            kept = self.spooled(OCTETS[:size], memory=memory)
            self.assertEqual((kept.size, kept.path, kept.sha256, self.files()), (size, None, None, []))
            with kept.open() as read:
                self.assertEqual(read.read(), OCTETS[:size])
        kept = self.spooled(OCTETS, hash=True)
        self.assertEqual((kept.size, kept.sha256), (len(OCTETS), hashlib.sha256(OCTETS).hexdigest()))
        self.assertEqual(self.files(), [kept.path])
        assert kept.path is not None
        for path, mode in ((kept.path, 0o600), (os.path.dirname(kept.path), 0o700)):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode)
        for _ in range(2):
            with kept.open() as read:
                self.assertEqual(read.read(), OCTETS)
        kept.close()
        self.assertEqual(self.files(), [])
        with self.assertRaisesRegex(ValueError, "what was spooled is gone"):
            kept.open()

    def test_it_is_kept_where_nothing_is(self) -> None:
        for number, memory in enumerate((0, "1mb")):
            kept = self.spooled(OCTETS, memory=memory)
            there = os.path.join(self.dir, f"kept{number}")
            kept.move_to(there)
            self.assertEqual(Path(there).read_bytes(), OCTETS)
            self.assertEqual((stat.S_IMODE(os.stat(there).st_mode), self.files()), (0o600, []))
            other = self.spooled(b"other", memory=memory)
            with self.assertRaises(FileExistsError):
                other.move_to(there)
            other.close()
            self.assertEqual(Path(there).read_bytes(), OCTETS)

    def test_nothing_is_left_of_one_that_breaks_off(self) -> None:
        def breaks() -> Iterator[bytes]:
            yield OCTETS
            raise OSError("gone")

        with self.assertRaises(OSError):
            Part("a", breaks()).spool(limit="1mb", dir=self.dir)
        with self.assertRaises(Refusal):
            Part("a", cut(OCTETS, 10_000)).spool(limit="200kb", dir=self.dir)
        dropped = Spooling(0, self.dir, hash=False)
        dropped.add(b"x")
        dropped.drop()
        dropped.add(b"what a thread still writes")
        self.assertEqual(self.files(), [])

    def test_a_directory_that_somebody_has_cleared_is_made_anew(self) -> None:
        kept = self.spooled(OCTETS)
        assert kept.path is not None
        os.unlink(kept.path)
        os.rmdir(os.path.dirname(kept.path))
        again = self.spooled(OCTETS).path
        self.assertEqual(self.files(), [again])

    def test_what_a_process_has_left_goes_with_the_next_and_what_one_has_that_lives_stays(self) -> None:
        program = (
            "import os; from hagaki.handlers import Part;"
            f"kept = Part('a', [b'x' * 100_000]).spool(limit='1mb', dir={self.dir!r});"
            "print(kept.path, flush=True); {}"
        )
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        for end, left in (("os._exit(1)", 1), ("pass", 0)):
            subprocess.run([sys.executable, "-c", program.format(end)], env=environ, stdout=subprocess.PIPE, check=False)
            self.assertEqual(len(self.files()), left)
            remove_stale(self.dir)
            self.assertEqual(self.files(), [])
        mine = self.spooled(OCTETS).path
        remove_stale(self.dir)
        self.assertEqual(self.files(), [mine])


class FormsTest(unittest.TestCase):
    def test_a_test_gives_parts_and_files_as_values(self) -> None:
        @acts("/a", accepts={"type": "object", "properties": {"photo": file()}}, formats=[multipart(file="1kb")])
        def one(form: Any) -> Any:
            return form["photo"].name

        @acts("/b", takes=parts(), limit=1_000)
        def plain(arrived: Any) -> Any:
            return [one.text(10) for one in arrived["body"]]

        @acts("/c", takes=parts(), limit=1_000)
        async def later(arrived: Any) -> Any:
            return [await one.text(10) async for one in arrived["body"]]

        with local(service({"one": one, "plain": plain, "later": later})) as api:
            self.assertEqual(api.one({"photo": File("x.jpg", "image/jpeg", b"")}), "x.jpg")
            for name in ("plain", "later"):
                given = [Part("title", [b"Ky", b"oto"]), Part("file", [b"x"], filename="x")]
                self.assertEqual(getattr(api, name)({"body": given}), ["Kyoto", "x"])

    def test_parts_flow_in_and_not_out(self) -> None:
        with self.assertRaises(SetupFaulty) as refused:
            acts("/a", gives=parts())(lambda data: data)  # type: ignore[arg-type]
        self.assertIn("its gives is nothing that flows", str(refused.exception))

    def test_what_the_bounds_are_the_gateway_is_told(self) -> None:
        bounds = multipart(files="5mb", file="2mb", count=10, parts=100)
        made = service({"one": acts("/a", takes=parts(parts=3, part="1mb"), formats=["json", bounds])(lambda data: data)})
        offered = made.offer["handlers"]["one"]
        self.assertEqual(offered["takes"], {"parts": {"parts": 3, "part": "1mb"}})
        said = {"multipart": {"files": "5mb", "file": "2mb", "count": 10, "parts": 100}}
        self.assertEqual(offered["formats"], ["json", said])


class LinkTest(unittest.TestCase):
    def test_a_caller_that_goes_away_within_a_part_leaves_no_file(self) -> None:
        line = json.dumps({"data": None, "guards": {}, "resume": None}).encode() + b"\n"
        for name in ("spools", "spools_async"):
            with self.subTest(name), Caller("spooling", kind="handlers") as caller:
                call = caller.call(name, body={"length": None})
                caller.next(call)
                head = part("a")[:-4]
                caller.send(DATA, call, line + head + sized(OCTETS[:50_000]) + sized(OCTETS[:10_000]))
                caller.send(DATA, call, sized(OCTETS[:50_000]) + sized(OCTETS[:10_000])[:-1])
                caller.logged("spooling: 1 file")
                caller.cancel(call)
                caller.logged("spooled: 0 files")


if __name__ == "__main__":
    unittest.main()
