"""Reads a Cobertura coverage report; the percentages are counted from its lines, its own rates only stand in."""

from lxml import etree

from core.errors import ReportError
from core.runs.model import Coverage
from core.runs.sniff import COVERAGE_ROOT, Source, not_well_formed, root_of


def read_coverage(source: Source) -> Coverage:
    """Line and branch coverage of one Cobertura file.

    Raises `ReportError` for anything else, and for a file that measured no line.
    """
    root = root_of(source)
    if root != COVERAGE_ROOT:
        raise ReportError(
            f"root element `{root[:80]}` is not Cobertura coverage XML; write it with pytest --cov-report=xml",
            reason="wrong-root",
        )
    try:
        return _read(source)
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, b"") from None


def _read(source: Source) -> Coverage:
    valid = covered = branches = taken = 0
    declared: dict[str, str] = {}
    walk = etree.iterparse(
        source, events=("end",), tag=("{*}line", "{*}class"), no_network=True, load_dtd=False, resolve_entities=False
    )
    for _event, node in walk:
        if node.tag.endswith("line"):
            if _is_method_line(node):
                continue
            valid += 1
            covered += _whole(node.get("hits")) > 0
            done, total = _condition(node.get("condition-coverage"))
            taken, branches = taken + done, branches + total
        else:
            node.clear(keep_tail=False)
    if walk.root is not None:
        declared = {str(key): str(value) for key, value in walk.root.attrib.items()}
    if not valid:
        valid, covered = _whole(declared.get("lines-valid")), _whole(declared.get("lines-covered"))
        rate = _rate(declared.get("line-rate"))
        if not valid and rate is None:
            raise ReportError("the coverage report measured no line; was the source found?", reason="empty-coverage")
        line = 100.0 * covered / valid if valid else 100.0 * (rate or 0.0)
        branch_rate = _rate(declared.get("branch-rate"))
        return Coverage(
            round(line, 2), None if branch_rate is None else round(100 * branch_rate, 2), valid or None, covered or None
        )
    return Coverage(
        round(100.0 * covered / valid, 2), round(100.0 * taken / branches, 2) if branches else None, valid, covered
    )


def _is_method_line(node: etree._Element) -> bool:
    """Lines under a method stand again under its class, and count once."""
    lines = node.getparent()
    owner = lines.getparent() if lines is not None else None
    return owner is not None and str(owner.tag).endswith("method")


def _whole(raw: str | None) -> int:
    text = (raw or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _rate(raw: str | None) -> float | None:
    try:
        value = float(raw or "")
    except ValueError:
        return None
    return value if 0.0 <= value <= 1.0 else None


def _condition(raw: str | None) -> tuple[int, int]:
    """Taken and all branches of `50% (1/2)`."""
    done, slash, total = (raw or "").partition("(")[2].rstrip(")").partition("/")
    return (_whole(done), _whole(total)) if slash else (0, 0)
