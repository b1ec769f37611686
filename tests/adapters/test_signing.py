"""Statements are signed so that anybody can check them: every byte counts, and every key."""

import json

import jwt
import pytest

from adapters import signing

STATEMENT = {"id": "https://lamplighter.example.org/certificates/x", "name": "Größe · 光", "many": [1, 2]}
SEED = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"  # of RFC 8037, appendix A.1  # pragma: allowlist secret


def read(token: str, *seeds: str) -> object:
    """What somebody else makes of it, who has the public keys alone."""
    keys = jwt.PyJWKSet.from_dict(json.loads(json.dumps({"keys": [signing.public(seed) for seed in seeds]})))
    return jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], algorithms=["EdDSA"])


def test_the_public_key_and_its_name_are_those_of_the_standard() -> None:
    key = signing.public(SEED)  # RFC 8037, appendix A.3
    assert key["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # pragma: allowlist secret
    assert key["kid"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # pragma: allowlist secret


def test_anybody_reads_it_with_the_public_key() -> None:
    token = signing.sign(SEED, STATEMENT)
    assert read(token, SEED) == STATEMENT
    assert jwt.get_unverified_header(token)["typ"] == "vc+jwt"


def test_one_changed_byte_is_seen_wherever_it_is() -> None:
    token = signing.sign(SEED, STATEMENT)
    # The last character of base64 has bits that mean nothing.
    for at in range(len(token) - 1):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises((jwt.InvalidTokenError, KeyError)):
            read(changed, SEED)


def test_another_key_does_not_do() -> None:
    other = signing.new_seed()
    token = signing.sign(SEED, STATEMENT)
    with pytest.raises(KeyError):
        read(token, other)
    forged = jwt.encode(STATEMENT, signing._private(other), "EdDSA", {"kid": signing.public(SEED)["kid"]})
    with pytest.raises(jwt.InvalidSignatureError):
        read(forged, SEED)


def test_after_a_new_key_both_are_read() -> None:
    other = signing.new_seed()
    assert read(signing.sign(SEED, STATEMENT), other, SEED) == read(
        signing.sign(other, STATEMENT), other, SEED
    )
