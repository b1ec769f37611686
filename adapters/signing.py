"""Signing: Ed25519 keys of our own, and statements as JSON Web Tokens that anybody can check (docs/adr/0029)."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALGORITHM = "EdDSA"
TYPE = "vc+jwt"  # a W3C Verifiable Credential secured by JOSE (w3.org/TR/vc-jose-cose)


def new_seed() -> str:
    """A new private key: 32 random bytes, base64url, as the ledger keeps it."""
    return secrets.token_urlsafe(32)


def public(seed: str) -> dict[str, str]:
    """The public key as a JSON Web Key (RFC 8037). `kid` is its thumbprint (RFC 7638)."""
    raw = _private(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = {"crv": "Ed25519", "kty": "OKP", "x": _encoded(raw)}
    thumbprint = hashlib.sha256(json.dumps(key, sort_keys=True, separators=(",", ":")).encode()).digest()
    return key | {"kid": _encoded(thumbprint), "alg": ALGORITHM, "use": "sig"}


def sign(seed: str, statement: Mapping[str, Any]) -> str:
    """The statement as a compact JSON Web Token, whose header names the key."""
    headers = {"typ": TYPE, "kid": public(seed)["kid"]}
    return jwt.encode(dict(statement), _private(seed), ALGORITHM, headers)


def _private(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(f"{seed}="))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
