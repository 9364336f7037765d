"""Cuts secrets out of text before it is logged or sent anywhere."""

import re
from collections.abc import Iterable

MARK = "[secret cut]"

_SECRETS = re.compile(
    r"xox[abeprs]-[\w-]{8,255}"
    r"|xapp-[\w-]{8,255}"
    r"|t12_[0-9a-f]{12}_[\w-]{43}"
    r"|\bgh[opsur]_\w{30,255}|\bgithub_pat_\w{30,255}|\bglpat-[\w-]{20,255}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\beyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{10,1000}"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\w\s+/=]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
    r"|(?<=://)[^\s/:@]{1,200}:[^\s/@]{1,200}(?=@)"
    r"|(?i:(?<=bearer )|(?<=authorization: basic ))[\w.~+/=-]{12,4000}"
    r"|(?i:(?<=password=)|(?<=passwd=)|(?<=secret=)|(?<=token=)|(?<=api_key=)|(?<=apikey=))[^\s&'\"]{6,400}"
)


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without the `known` ones."""
    for secret in known:
        if len(secret) >= 8:
            text = text.replace(secret, MARK)
    return _SECRETS.sub(MARK, text)
