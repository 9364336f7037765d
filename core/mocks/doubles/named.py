"""Mocks that only their name ties to a component of the settings, such as `mock_hsm_manager` to HSMManager."""

import re
from collections.abc import Mapping

from core.mocks.doubles.record import Record
from core.mocks.doubles.values import Double, Evidence
from core.mocks.lookup import Lookup
from core.mocks.symbols import ClassSymbol, Yes

_AROUND = re.compile(r"^(?:m|mock|mocked|fake|stub|dummy|test|patched)_|_(?:m|mock|mocked|fake|stub|patched|double)$")


def name_by_components(record: Record, lookup: Lookup, components: Mapping[str, str]) -> None:
    """Give mocks without any evidence the component that they are named after."""
    classes: dict[str, ClassSymbol] = {}
    for name, module in components.items():
        answer = lookup.target(f"{module}.{name}")
        if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol):
            classes[name.lower()] = answer.symbol
    for double in record.doubles if classes else ():
        if not double.evidence and not double.spec_kind and not double.attached:
            _name(double, classes)


def _name(double: Double, classes: dict[str, ClassSymbol]) -> None:
    bare = {_AROUND.sub("", name).replace("_", "").lower() for name in double.names}
    found = {classes[each] for each in bare if each in classes}
    if len(found) == 1:
        cls = found.pop()
        name = min(each for each in double.names if _AROUND.sub("", each).replace("_", "").lower() == cls.name.lower())
        how = f"it is called {name}, after a component of the settings"
        double.evidence.append(Evidence(cls, True, False, double.sight, how))
