"""What is kept from one audit to the next gives the answer that reading everything would give, or nothing."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.mocks import batch, kept
from core.mocks.audit import AuditOptions, audit
from core.mocks.model import Audit

from .trees import write_tree

STORE = """
class Store:
    def put(self, name, value): ...
    def get(self, name): ...

LIMIT = 3

def open_store(path) -> Store:
    return Store()
"""
SERVICE = """
from shop.store import LIMIT, Store, open_store

class Service:
    def __init__(self, store: Store): self.store = store
    def save(self, name): return self.store.put(name, LIMIT)
    async def load(self, name): return self.store.get(name)

def main(): return Service(open_store("x"))
"""
CONFTEST = """
import pytest
from unittest.mock import Mock

@pytest.fixture
def store():
    store = Mock()
    store.get.return_value = 1
    return store
"""
TEST = """
from unittest.mock import Mock, patch
from shop.service import Service
from tests.doubles import FakeStore

@patch("shop.service.open_store")
def test_{0}_main(opened): opened.assert_called_once_with("x")

def test_{0}_save(store):
    store.put.assert_not_called()
    Service(store).save("a")

def test_{0}_spec():
    service = Mock(spec=Service)
    service.save("a")
    FakeStore().put("a", 1)
"""
DOUBLES = """
from shop.store import Store

class FakeStore(Store):
    def put(self, name, value): ...
"""
FILES = 30
"""Of tests: enough for several batches."""


def a_project(folder: Path) -> Path:
    tests = {f"tests/test_{number}.py": TEST.format(number) for number in range(FILES)}
    root = folder / "project"
    write_tree(
        root,
        {
            "requirements.txt": "pytest\n", "shop/__init__.py": "", "shop/store.py": STORE, "shop/service.py": SERVICE,
            "tests/__init__.py": "", "tests/conftest.py": CONFTEST, "tests/doubles.py": DOUBLES, **tests,
        },
    )  # fmt: skip
    return root


def told(made: Audit) -> Audit:
    return replace(made, seconds=0)


def kept_and_fresh(root: Path, cache: Path) -> tuple[Audit, Audit]:
    return told(audit(root, AuditOptions(cache=cache))), told(audit(root))


def batches_read(monkeypatch: pytest.MonkeyPatch, root: Path, cache: Path) -> int:
    """How many batches an audit had to read."""
    read: list[tuple[str, ...]] = []
    import core.mocks.audit as flow

    real = flow.read_batch

    def noted(ground: object, batch: tuple[str, ...]) -> object:
        read.append(batch)
        return real(ground, batch)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(flow, "read_batch", noted)
        audit(root, AuditOptions(cache=cache))
    return len(read)


WORDS = {
    "put": "store_it", "get": "fetch", "save": "keep", "LIMIT": "MOST", "open_store": "opened", "Store": "Shelf",
    "async def": "def", "name, value": "name", "store": "shelf", "assert_called_once_with": "called_once_with",
    "@pytest.fixture": "@pytest.fixture(autouse=True)", "Mock(spec=Service)": "Mock()", "def load": "def load(",
}  # fmt: skip


def edit(root: Path, chance: random.Random) -> None:
    """Any file changes in any of several ways."""
    paths = sorted(root.rglob("*.py"))
    path = chance.choice([each for each in paths if "/test_" not in str(each)] + chance.sample(paths, 4))
    text = path.read_text()
    way = chance.randrange(8)
    old, new = chance.choice(sorted(WORDS.items()))
    if way < 4:
        path.write_text(text.replace(old, new) if old in text else text.replace(new, old))
    elif way == 4:
        path.write_text(f"\n{text}")
    elif way == 5:
        path.write_text(
            f"{text}\n# something.{new} = setattr(module, name, 1)\nimport {chance.choice(['os', 'shop', 'x'])}\n"
        )
    elif way == 6:
        path.with_name(f"test_more_{chance.randrange(3)}.py").write_text(text)
    elif path.name not in ("conftest.py", "__init__.py"):
        path.unlink()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_edited_the_answer_is_that_of_reading_everything(tmp_path: Path, seed: int) -> None:
    root, cache, chance = a_project(tmp_path), tmp_path / "cache", random.Random(seed)
    for _ in range(5):
        for _ in range(chance.randrange(1, 3)):
            edit(root, chance)
        first, second = kept_and_fresh(root, cache)
        assert first == second


@pytest.mark.parametrize("most", [1, 4, 1_000])
def test_how_the_tests_are_cut_into_batches_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    root = a_project(tmp_path)
    expected = told(audit(root))
    monkeypatch.setattr(batch, "_MOST", most)
    assert told(audit(root)) == expected


def test_nothing_is_read_again_when_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    assert batches_read(monkeypatch, root, cache) > 2
    assert batches_read(monkeypatch, root, cache) == 0
    first, second = kept_and_fresh(root, cache)
    assert first == second


def test_an_edited_test_costs_its_batch_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    audit(root, AuditOptions(cache=cache))
    with (root / "tests" / "test_7.py").open("a") as file:
        file.write("\ndef test_more(): ...\n")
    assert batches_read(monkeypatch, root, cache) == 1


def test_a_file_that_no_test_leads_to_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    write_tree(root, {"shop/other.py": "def other(): ...\n"})
    audit(root, AuditOptions(cache=cache))
    write_tree(root, {"shop/other.py": "def another(): ...\n"})
    assert batches_read(monkeypatch, root, cache) == 0


def test_a_changed_signature_is_seen_by_every_test_that_leans_on_it(tmp_path: Path) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    assert not [each for each in audit(root, AuditOptions(cache=cache)).findings if each.rule == "M001"]
    (root / "shop" / "service.py").write_text(SERVICE.replace("def save", "def store_it"))
    found = [each for each in audit(root, AuditOptions(cache=cache)).findings if each.rule == "M001"]
    assert len(found) == FILES


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "one byte changed": lambda content: content[:500] + bytes([content[500] ^ 1]) + content[501:],
    "another shape, sealed": lambda _: kept._digest(b'{"key": 1}').encode() + b"\n" + b'{"key": 1}',
    "nested without end, sealed": lambda _: kept._digest(b"[" * 100_000).encode() + b"\n" + b"[" * 100_000,
    "no text": lambda _: bytes(range(256)) * 100,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    audit(root, AuditOptions(cache=cache))
    (file,) = cache.glob("*.json")
    file.write_bytes(damage(file.read_bytes()))
    first, second = kept_and_fresh(root, cache)
    assert first == second


def test_a_write_that_is_killed_leaves_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    audit(root, AuditOptions(cache=cache))
    (file,) = cache.glob("*.json")
    before = file.read_bytes()
    (root / "tests" / "test_1.py").write_text("import os\n")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            audit(root, AuditOptions(cache=cache))
    assert file.read_bytes() == before
    first, second = kept_and_fresh(root, cache)
    assert first == second


def test_a_place_that_cannot_be_written_to_is_left_alone(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    (tmp_path / "taken").write_text("")
    first, second = kept_and_fresh(root, tmp_path / "taken" / "mocks")
    assert first == second


def test_without_a_place_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = a_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    audit(root)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_folder_keeps_few_projects_and_is_ignored_by_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_PROJECTS", 3)
    cache = tmp_path / "cache"
    for number in range(5):
        root = tmp_path / str(number)
        write_tree(root, {"app.py": "X = 1\n", "test_app.py": "import app\n"})
        audit(root, AuditOptions(cache=cache))
    assert len(list(cache.glob("*.json"))) == 3
    assert (cache / ".gitignore").read_text() == "*\n"


def test_files_are_read_where_the_trail_sees_it() -> None:
    """What is read past the trail could change unnoticed; these modules answer for all files at once, or for none."""
    names = ("sources", "vocabulary", "layout", "questions", "kept", "audit", "modules", "readers")
    allowed = {f"{name}.py" for name in names}
    folder = Path(kept.__file__).parent
    direct = {each.name for each in folder.rglob("*.py") if ".contents" in each.read_text("utf-8")}
    assert direct <= allowed
