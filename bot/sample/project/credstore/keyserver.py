"""The company's key server, over HTTPS. Tests never talk to it: they mock it."""

import json
import urllib.request
from typing import Any


class KeyServer:
    """What the credential store asks of the key server."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def fetch_key(self, name: str) -> bytes:
        """The present key of that name."""
        return bytes.fromhex(str(self._call("GET", f"/keys/{name}")["key"]))

    def versions(self, name: str) -> list[int]:
        """The numbers of all keys of that name."""
        return [int(each) for each in self._call("GET", f"/keys/{name}/versions")["versions"]]

    async def announce(self, name: str, version: int) -> None:
        """Tell everybody who holds the old key that there is a new one."""
        self._call("POST", f"/keys/{name}/announce?version={version}")

    def _call(self, method: str, path: str) -> dict[str, Any]:
        request = urllib.request.Request(self._url + path, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            read: dict[str, Any] = json.load(answer)
            return read
