"""Small true files of each kind, made here byte by byte."""

import struct
import zlib

PLACE = b"GPS -1.2864 36.8172 Wanjiru's telephone"
"""What must not be left in a file."""


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int = 1, order: str = "<") -> bytes:
    """An Exif segment with a turn and a place in it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    make = struct.pack(f"{order}HHII", 0x010F, 2, len(PLACE), 100)
    turn = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = mark + struct.pack(f"{order}IH", 8, 2) + make + turn + PLACE
    return segment(0xE1, b"Exif\0\0" + tiff)


def jpeg(*more: bytes, height: int = 6, width: int = 8, behind: bytes = b"") -> bytes:
    """Two scans with a restart, an escape and a table between them, as progressive pictures are."""
    frame = segment(0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    head = [b"\xff\xd8", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), *more]
    first = [segment(0xDB, bytes(65)), frame, scan, b"\x12\xff\x00\x34\xff\xd0\x56"]
    second = [segment(0xC4, bytes(20)), scan, b"\x78\xff\xff\xd9", behind]
    return b"".join((*head, *first, *second))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*more: bytes, height: int = 1, width: int = 1, behind: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    shown = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    end = chunk(b"IEND", b"")
    return b"".join([b"\x89PNG\r\n\x1a\n", head, *more, shown, end, behind])


def part(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)


def webp(*more: bytes, flags: int = 0, behind: bytes = b"") -> bytes:
    shown = part(b"VP8X", bytes((flags,)) + bytes(9)) + part(b"VP8L", b"\x2f\0\0\0\0")
    body = b"WEBP" + shown + b"".join(more)
    return b"RIFF" + struct.pack("<I", len(body)) + body + behind


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def film(*inside_moov: bytes, brand: bytes = b"mp42") -> bytes:
    head = box(b"ftyp", brand + bytes(4) + brand)
    return head + box(b"moov", b"".join(inside_moov)) + box(b"mdat", b"pictures and sound")


OGG = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(40)
AMR = b"#!AMR\n" + bytes(64)
MP3 = b"\xff\xfb\x90\x00" + bytes(64)
AAC = b"\xff\xf1\x50\x80" + bytes(64)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
M4A = film(brand=b"M4A ")
GP3 = film(brand=b"3gp4")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
GIF = b"GIF89a" + bytes(60)
ZIP = b"PK\x03\x04" + bytes(60)
EXE = b"MZ" + bytes(62)
ELF = b"\x7fELF" + bytes(60)
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
