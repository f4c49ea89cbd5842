"""Prevents: a forged webhook taken for Meta's, or Meta's own refused because of an accent or an emoji."""

import json
from pathlib import Path

import pytest

from whatsapp import signature

VECTORS = Path(__file__).resolve().parents[2] / "shared" / "payloads" / "signature-vectors.json"


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared payloads do not lie beside this checkout")
def test_known_vectors_verify_and_fail_when_one_byte_differs():
    for vector in json.loads(VECTORS.read_text()):
        body, secret = vector["body"].encode(), vector["app_secret"]
        digest = signature.parse(vector["header"].encode())
        assert signature.sign(body, secret) == vector["header"]
        assert signature.matches(digest, body, [secret.encode()])
        assert not signature.matches(digest, body + b" ", [secret.encode()])


def test_the_bytes_are_signed_and_not_what_they_mean():
    escaped, plain = b'{"t":"\\u00e9"}', '{"t":"é"}'.encode()
    assert signature.sign(escaped, "s") != signature.sign(plain, "s")


def test_any_of_several_secrets_fits_and_none_fits_nothing():
    digest = signature.parse(signature.sign(b"body", "old").encode())
    assert signature.matches(digest, b"body", [b"new", b"old"])
    assert not signature.matches(digest, b"body", [b"new"])
    assert not signature.matches(digest, b"body", [])


@pytest.mark.parametrize("digits", ["00" * 32, "AB" * 32])
def test_hexadecimal_digits_of_either_case_are_read(digits):
    assert signature.parse(f"sha256={digits}".encode()) == bytes.fromhex(digits)


@pytest.mark.parametrize(
    "header",
    [b"", b"sha256=", b"sha256", b"sha1=" + b"00" * 20, b"00" * 32, b"sha256=" + b"00" * 31, b"sha256=" + b"00" * 33,
     b"sha256=" + b"zz" * 32, b"SHA256=" + b"00" * 32, b"sha256=\xff\xfe", b"sha256= " + b"00" * 32 + b" x"],
)  # fmt: skip
def test_a_malformed_header_is_named_as_such(header):
    with pytest.raises(signature.Malformed, match="64 hexadecimal digits"):
        signature.parse(header)


def test_a_missing_header_is_named_as_such():
    with pytest.raises(signature.Malformed, match="missing"):
        signature.parse(None)
