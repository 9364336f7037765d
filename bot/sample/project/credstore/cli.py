"""`python -m credstore.cli`: the store from a terminal. Nobody has written its tests yet."""

import argparse
import getpass
import sys
from contextlib import closing
from pathlib import Path

from .access import DeniedError, demand
from .audit import AuditTrail
from .crypto import STRONG_ROUNDS, derive_key
from .passwords import complaints, generate, strength
from .store import CredentialStore, UnknownCredentialError


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="credstore", description=__doc__)
    root.add_argument("--file", type=Path, default=Path("credentials.db"))
    root.add_argument("--role", default="reader")
    words = root.add_subparsers(dest="word", required=True)
    words.add_parser("names")
    words.add_parser("generate").add_argument("--length", type=int, default=20)
    for word in ("get", "put", "delete", "history"):
        words.add_parser(word).add_argument("name")
    return root


def _put(store: CredentialStore, name: str, who: str) -> int:
    secret = getpass.getpass(f"secret for {name}: ")
    wrong = complaints(secret)
    if wrong:
        print("refused: " + ", ".join(wrong), file=sys.stderr)
        return 1
    version = store.put(name, secret, who)
    print(f"{name} is now at version {version}, strength {strength(secret)} of 4")
    return 0


def _history(trail: AuditTrail, name: str) -> int:
    entries = trail.entries(name)
    for who, what, _ in entries:
        print(f"{who:20} {what}")
    if not entries:
        print(f"nobody has touched {name}", file=sys.stderr)
    return 0 if entries else 1


def run(options: argparse.Namespace, store: CredentialStore, trail: AuditTrail) -> int:
    who = getpass.getuser()
    if options.word in ("get", "put", "delete"):
        demand(options.role, options.word)
    if options.word == "names":
        for name in store.names():
            print(name)
    elif options.word == "get":
        print(store.get(options.name, who))
    elif options.word == "put":
        return _put(store, options.name, who)
    elif options.word == "delete":
        count = store.delete(options.name, who)
        print(f"{count} versions of {options.name} are gone")
    elif options.word == "history":
        return _history(trail, options.name)
    return 0


def main() -> int:
    options = parser().parse_args()
    if options.word == "generate":
        print(generate(options.length))
        return 0
    key = derive_key(getpass.getpass("master password: "), b"credstore-salt--", STRONG_ROUNDS)
    try:
        with closing(AuditTrail(options.file)) as trail, closing(CredentialStore(options.file, key, trail)) as store:
            return run(options, store, trail)
    except DeniedError as error:
        print(error, file=sys.stderr)
        return 3
    except UnknownCredentialError as error:
        print(f"nothing is stored under {error}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
