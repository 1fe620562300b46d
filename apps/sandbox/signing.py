"""The vendor's signature families, written from the contract (§0).

Every signature is the upper-case MD5 over the concatenation of texts with nothing between
them. Text is encoded as UTF-8; what is signed is the string that came over the wire.
"""

from __future__ import annotations

import hashlib
import hmac

DIGESTS = {"SHA256": "sha256", "SM3": "sm3"}


def md5_upper(*parts: str) -> str:
    """32 upper-case hex digits of the MD5 over the joined parts (UTF-8)."""
    joined = "".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.md5(joined, usedforsecurity=False).hexdigest().upper()


def sign_query(param: str, key: str, customer: str) -> str:
    """Family QUERY: ``poll/query.do``."""
    return md5_upper(param, key, customer)


def sign_order(param: str, t: str, key: str, secret: str) -> str:
    """Family ORDER: ``order/borderapi.do``; ``t`` exactly as it was sent."""
    return md5_upper(param, t, key, secret)


def sign_import(param: str, key: str, secret: str) -> str:
    """Family IMPORT: ``ent/*``; like ORDER without the time."""
    return md5_upper(param, key, secret)


def sign_sms(key: str, user_id: str) -> str:
    """Family SMS: ``sms/send.do``; the content is not covered."""
    return md5_upper(key, user_id)


def sign_callback(param: str, salt: str) -> str:
    """Family CALLBACK: everything the platform pushes; an empty salt is signed too."""
    return md5_upper(param, salt)


def sign_kd100(body: str, api_key: str, secret: str) -> str:
    """kd100.com: over the raw JSON body, the key and the secret."""
    return md5_upper(body, api_key, secret)


def matches(expected: str, given: str) -> bool:
    """Compare in constant time; the vendor's clients send upper case, lower is let through."""
    return hmac.compare_digest(
        expected.encode(), given.strip().upper().encode("utf-8", "surrogateescape")
    )


def query_digest(param: str, key: str, customer: str, sign_type: str) -> str:
    """QUERY with the optional ``signType`` of the newest documents: MD5 (default), SHA256, SM3.

    The key of ``SM3-HMAC`` is not documented; such a signature is read as MD5 and fails.
    """
    algorithm = DIGESTS.get(sign_type.upper())
    if algorithm is not None:
        joined = (param + key + customer).encode("utf-8", "surrogateescape")
        return hashlib.new(algorithm, joined).hexdigest().upper()
    return sign_query(param, key, customer)
