"""A self-signed certificate made on the spot (P-256, no library): what a server with bad TLS shows."""

from __future__ import annotations

import base64
import hashlib
import secrets
import ssl
from pathlib import Path

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(scalar: int, point: Point) -> Point:
    total: Point = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(body).to_bytes(size, "big") + body


def integer(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text: str) -> bytes:
    first, second, *rest = (int(part) for part in text.split("."))
    body = [first * 40 + second]
    for part in rest:
        digits = [part & 0x7F]
        while part := part >> 7:
            digits.insert(0, 0x80 | part & 0x7F)
        body += digits
    return der(6, bytes(body))


def pem(name: str, data: bytes) -> str:
    lines = base64.encodebytes(data).decode()
    return f"-----BEGIN {name}-----\n{lines}-----END {name}-----\n"


def self_signed(folder: Path, name: str = "bad-tls") -> ssl.SSLContext:
    """A server context with a certificate for `localhost` that nobody vouches for, but who has it as an authority's:
    it stands in `folder`, in `NAME.pem`, behind its key."""
    private = secrets.randbelow(N - 1) + 1
    public = times(private, G)
    assert public is not None
    point = b"\x04" + public[0].to_bytes(32, "big") + public[1].to_bytes(32, "big")
    curve, key_kind, signing = (
        oid("1.2.840.10045.3.1.7"),
        oid("1.2.840.10045.2.1"),
        der(0x30, oid("1.2.840.10045.4.3.2")),
    )
    names = der(0x30, oid("2.5.29.17"), der(4, der(0x30, der(0x82, b"localhost"))))
    authority = der(0x30, oid("2.5.29.19"), der(1, b"\xff"), der(4, der(0x30, der(1, b"\xff"))))
    subject = der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(0x0C, b"localhost"))))
    body = der(
        0x30,
        der(0xA0, integer(2)),
        integer(1),
        signing,
        subject,
        der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"491231000000Z")),
        subject,
        der(0x30, der(0x30, key_kind, curve), der(3, b"\x00", point)),
        der(0xA3, der(0x30, names, authority)),
    )
    digest = int.from_bytes(hashlib.sha256(body).digest(), "big")
    nonce = secrets.randbelow(N - 1) + 1
    shared = times(nonce, G)
    assert shared is not None
    r = shared[0] % N
    s = pow(nonce, -1, N) * (digest + r * private) % N
    certificate = der(0x30, body, signing, der(3, b"\x00", der(0x30, integer(r), integer(s))))
    key = der(
        0x30, integer(1), der(4, private.to_bytes(32, "big")), der(0xA0, curve), der(0xA1, der(3, b"\x00", point))
    )
    path = folder / f"{name}.pem"
    path.write_text(pem("EC " + "PRIVATE KEY", key) + pem("CERTIFICATE", certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
