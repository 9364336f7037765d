"""What is kept from one audit to the next gives the answer that reading everything would give, or nothing."""

import contextlib
import pickle
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.mocks import batch, cache_file, kept
from core.mocks.audit import AuditOptions, audit
from core.mocks.cache_file import CacheFile
from core.mocks.model import Audit, Finding
from core.mocks.symbols import ModuleSymbol

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


def batches_read(monkeypatch: pytest.MonkeyPatch, root: Path, cache: Path, kept_of: Path | None = None) -> int:
    """How many batches an audit had to read."""
    read: list[tuple[str, ...]] = []
    import core.mocks.audit as flow

    real = flow.read_batch

    def noted(ground: object, batch: tuple[str, ...]) -> object:
        read.append(batch)
        return real(ground, batch)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(flow, "read_batch", noted)
        audit(root, AuditOptions(cache=cache, kept_of=kept_of))
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
    way = chance.randrange(12)
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
    elif way == 7 and path.name not in ("conftest.py", "__init__.py"):
        path.unlink()
    elif way == 8:
        path.write_text(f"{text}\ndef {new.partition(' ')[0]}(): return None\n")
    elif way == 9:
        path.write_text(text.replace("): ...", "):\n        # Nothing yet.\n        return None"))
    elif way == 10:
        parts = re.split(r"\n(?=class |def |@)", text)
        path.write_text("\n".join([parts[0], *chance.sample(parts[1:], len(parts) - 1)]))
    elif way == 11:
        path.write_text(text.replace("\n", "  # noqa\n", 5))


@pytest.mark.parametrize("seed", range(6))
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


EDITS: dict[str, Callable[[str], str]] = {
    "a comment above all": lambda text: f"# A comment.\n{text}",
    "a function more": lambda text: f"{text}\ndef another(): return None\n",
    "another body": lambda text: text.replace("return self.store.put(name, LIMIT)", "return self.store.put(name, 4)"),
    "a method more, of a class that no test leads to": lambda text: f"{text}\nclass Other:\n    def save(self): ...\n",
}


@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS.keys())
def test_an_edit_that_no_test_can_tell_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]
) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    audit(root, AuditOptions(cache=cache))
    service = root / "shop" / "service.py"
    service.write_text(change(service.read_text()))
    assert batches_read(monkeypatch, root, cache) == 0
    first, second = kept_and_fresh(root, cache)
    assert first == second


def named_lines(findings: Sequence[Finding]) -> list[int]:
    named = (each.production for each in findings)
    return [place.line for place in named if place is not None and place.path == "shop/service.py"]


def test_what_programs_leave_in_the_folder_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    audit(root, AuditOptions(cache=cache))
    for folder in (".pytest_cache", "shop/__pycache__", "tests/__pycache__", ".venv/bin"):
        (root / folder).mkdir(parents=True)
    assert batches_read(monkeypatch, root, cache) == 0


def test_another_state_of_a_project_is_read_where_it_differs_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache, other = a_project(tmp_path), tmp_path / "cache", tmp_path / "other"
    shutil.copytree(root, other)
    (other / "tests" / "test_7.py").write_text("import pytest\nfrom shop import nothing\n")
    assert batches_read(monkeypatch, root, cache) > 2
    assert batches_read(monkeypatch, other, cache, kept_of=root) == 1
    assert told(audit(other, AuditOptions(cache=cache, kept_of=root))) == told(audit(other))
    assert batches_read(monkeypatch, root, cache) == 0


def test_a_finding_moves_with_the_definition_that_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    service = root / "shop" / "service.py"
    service.write_text(SERVICE.replace("def save", "def store_it"))
    before = audit(root, AuditOptions(cache=cache)).findings
    service.write_text("\n\n" + service.read_text())
    assert batches_read(monkeypatch, root, cache) == 0
    after = audit(root, AuditOptions(cache=cache)).findings
    assert named_lines(before)
    assert named_lines(after) == [line + 2 for line in named_lines(before)]


def test_a_changed_signature_is_seen_by_every_test_that_leans_on_it(tmp_path: Path) -> None:
    root, cache = a_project(tmp_path), tmp_path / "cache"
    assert not [each for each in audit(root, AuditOptions(cache=cache)).findings if each.rule == "M001"]
    (root / "shop" / "service.py").write_text(SERVICE.replace("def save", "def store_it"))
    found = [each for each in audit(root, AuditOptions(cache=cache)).findings if each.rule == "M001"]
    assert len(found) == FILES


def flipped(content: bytes) -> bytes:
    at = len(content) // 2
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] if content else b"1"


FILE_DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "one byte changed": flipped,
    "no text": lambda _: bytes(range(256)) * 100,
}
ROW_DAMAGES: dict[str, Callable[[bytes], bytes | str | None]] = {
    "cut short": lambda body: body[: len(body) // 2],
    "one byte changed": flipped,
    "no bytes": lambda _: None,
    "a text": lambda _: "text",
}
SEALED: dict[str, bytes] = {
    "another shape": b'{"key": 1}',
    "nested without end": b"[" * 100_000,
    "another content": b"def put(): ...\n",
    "a pickle that runs a command": b"cos\nsystem\n(S'touch ran'\ntR.",
    "a pickle of something else": pickle.dumps({"a": 1}),
    "a pickle that is cut short": pickle.dumps(ModuleSymbol("a", "b", is_own=True))[:-9],
}


def a_kept_project(folder: Path) -> tuple[Path, Path, Path]:
    """An edited project, its cache and the one file there."""
    root, cache = a_project(folder), folder / "cache"
    audit(root, AuditOptions(cache=cache))
    (file,) = cache.glob("*.sqlite")
    service = root / "shop" / "service.py"
    service.write_text(f"# A comment.\n{service.read_text()}")
    return root, cache, file


@pytest.mark.parametrize("damage", FILE_DAMAGES.values(), ids=FILE_DAMAGES.keys())
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    root, cache, file = a_kept_project(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    first, second = kept_and_fresh(root, cache)
    assert first == second


@pytest.mark.parametrize("damage", ROW_DAMAGES.values(), ids=ROW_DAMAGES.keys())
def test_a_damaged_part_of_the_file_is_as_good_as_none(
    tmp_path: Path, damage: Callable[[bytes], bytes | str | None]
) -> None:
    root, cache, file = a_kept_project(tmp_path)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        rows = connection.execute("SELECT name, body FROM kept").fetchall()
        damaged = [(damage(body), name) for name, body in rows]
        connection.executemany("UPDATE kept SET body = ? WHERE name = ?", damaged)
    first, second = kept_and_fresh(root, cache)
    assert first == second


@pytest.mark.parametrize("kind", ["results", "content", "table"])
@pytest.mark.parametrize("body", SEALED.values(), ids=SEALED.keys())
def test_what_someone_else_put_in_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    root, cache, file = a_kept_project(tmp_path)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        put = "UPDATE kept SET body = ?, digest = ? WHERE name LIKE ?"
        assert connection.execute(put, (body, cache_file.digest_of(body), f"{kind}%")).rowcount
    first, second = kept_and_fresh(root, cache)
    assert first == second
    assert not Path("ran").exists()


def test_a_file_that_was_damaged_is_of_use_again_after_one_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache, file = a_kept_project(tmp_path)
    file.write_bytes(b"no database" * 1_000)
    assert batches_read(monkeypatch, root, cache) > 2
    assert batches_read(monkeypatch, root, cache) == 0


def test_a_write_that_is_killed_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache, file = a_kept_project(tmp_path)
    def results() -> bytes | None:
        return CacheFile(cache, repr((str(root), []))).get("results")

    before = results()

    def killed(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept.KeptTables, "still_good", killed)
        with pytest.raises(KeyboardInterrupt):
            audit(root, AuditOptions(cache=cache))
    assert before is not None and results() == before
    assert list(cache.glob("*.sqlite")) == [file]
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
    monkeypatch.setattr(cache_file, "_MOST_PROJECTS", 3)
    cache = tmp_path / "cache"
    for number in range(5):
        root = tmp_path / str(number)
        write_tree(root, {"app.py": "X = 1\n", "test_app.py": "import app\n"})
        audit(root, AuditOptions(cache=cache))
    assert len(list(cache.glob("*.sqlite"))) == 3
    assert (cache / ".gitignore").read_text() == "*\n"


def test_files_are_read_where_the_trail_sees_it() -> None:
    """What is read past the trail could change unnoticed; these modules answer for all files at once, or for none."""
    names = ("sources", "vocabulary", "layout", "questions", "kept", "audit", "modules", "readers", "edits")
    allowed = {f"{name}.py" for name in names}
    folder = Path(kept.__file__).parent
    direct = {each.name for each in folder.rglob("*.py") if ".contents" in each.read_text("utf-8")}
    assert direct <= allowed
