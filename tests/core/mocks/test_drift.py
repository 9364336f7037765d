"""The benchmark of seeded drift measures what it says, on a project small enough to count by hand."""

from pathlib import Path

from tests.benchmarks.drift import measure
from tests.core.mocks.trees import write_tree

SHOP = {
    "shop/__init__.py": "",
    "shop/mail.py": """
        def send_mail(address):
            return address

        class Mailer:
            def send_later(self, address) -> int:
                return 1

            def greet(self, address):
                send_mail(address)
                return self.send_later(address)
        """,
    "tests/test_mail.py": """
        from unittest.mock import Mock, patch
        from shop import mail
        from shop.mail import Mailer

        @patch("shop.mail.send_mail")
        def test_a(send):
            Mailer().greet("a")
            send.assert_called_once_with("a")

        def test_b():
            with patch.object(mail, "send_mail"), patch.object(unknown(), "send_mail"):
                Mailer().greet("a")

        def test_c():
            mailer = Mailer()
            mailer.send_later = Mock(return_value=3)
            assert mailer.greet("a") == 3
            assert mailer.send_later.called
        """,
}


def test_recall_is_counted_by_lines_and_the_folder_is_left_alone(tmp_path: Path) -> None:
    write_tree(tmp_path, SHOP)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    kinds = ["patch string", "object patch", "configured member", "added argument", "sync to async"]
    tallies = measure(tmp_path, 5, kinds)
    assert {kind: (each.found, each.uses) for kind, each in tallies.items()} == {
        "patch string": (1, 1),
        "object patch": (1, 1),
        "configured member": (1, 1),
        "added argument": (1, 1),
        "sync to async": (1, 1),
    }
    assert not any(each.elsewhere or each.missed for each in tallies.values())
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
