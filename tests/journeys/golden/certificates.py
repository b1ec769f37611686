"""A certificate as it is given in a story: its page, its badge and its credential, signed by a key that everybody knows."""

import base64
import json
import re

import jwt
import requests

from adapters import signing
from adapters.ledger import certificates
from adapters.ledger.schema import secrets
from tests.journeys.golden import lasting
from tests.journeys.house import House

SEED = base64.urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()
LINK = re.compile(r"\((http\S+?/certificates/[\w-]+)\)")
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def with_our_key(house: House) -> None:
    """From now on the house signs by the key that everybody knows."""
    with house.context.ledger.write() as connection:
        connection.execute(secrets.insert().values(name=f"{certificates.KEY}1", value=SEED))


def address(said: str) -> str:
    """Where the certificate is of which the App says this."""
    (found,) = LINK.findall(said)
    return str(found)


def shown(said: str) -> dict[str, str]:
    """What the certificate shows to which the words of the App lead."""
    page, badge, credential = (
        requests.get(f"{address(said)}{end}", timeout=30) for end in ("", "/badge.svg", ".json")
    )
    main = MAIN.search(page.text)
    assert main, page.text
    return {
        "certificate.html": f"{lasting(main[0])}\n",
        "certificate.svg": f"{lasting(badge.text)}\n",
        "certificate.json": f"{_checked(credential.json())}\n",
    }


def _checked(document: dict[str, str]) -> str:
    """The credential, its signature checked and left out: it covers an address that is another each time."""
    token = document["signed"]
    header = jwt.get_unverified_header(token)
    assert header["kid"] == signing.public(SEED)["kid"]
    key = jwt.PyJWK.from_dict(signing.public(SEED))
    payload = jwt.decode(token, key, algorithms=["EdDSA"], options={"verify_exp": False, "verify_nbf": False})
    assert payload == document["statement"]
    told = document | {"signed": {"header": header | {"kid": "KEY"}, "payload": "the statement"}}
    return lasting(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True))
