"""The diagnosis of one failing attempt, as ingest needs it: cause category and failure signature together."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from core.errors import SettingsError
from core.failures.classify import classify
from core.failures.model import FailureText
from core.failures.rules import RulesError, RuleSet, extend_rules, load_rules
from core.failures.signature import sign
from core.runs.model import CaseFailure, Diagnosis
from core.storage.database import Database
from core.storage.tables import failure

_CHUNK = 500


class Diagnoser:
    """Finds the cause of failures by one set of rules; `version` names the set."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.version = rules.version

    def __call__(self, case: CaseFailure) -> Diagnosis:
        words = FailureText(message=case.message, text=case.text, type_name=case.type_name, phase=case.phase)
        verdict, signature = classify(words, self.rules), sign(words, case.test_name)
        return Diagnosis(
            verdict.category.value,
            verdict.rule,
            verdict.matched,
            verdict.runner_up.value if verdict.runner_up else None,
            signature.fingerprint,
            signature.family,
            signature.title,
            signature.exception,
        )


def diagnoser(own_rules: Sequence[Mapping[str, object]]) -> Diagnoser:
    """The packaged rules and a team's own, of `[[failures.rules]]`.

    Raises `SettingsError` that lists every mistake.
    """
    try:
        rules = load_rules()
        return Diagnoser(extend_rules(rules, own_rules) if own_rules else rules)
    except RulesError as error:
        raise SettingsError(error.problems) from None


async def reclassify(database: Database, judge: Diagnoser) -> tuple[int, int]:
    """Judge every stored failure by the present rules; answers (judged, changed).

    Failures that these rules judged before are passed over, so a second call does nothing. Each chunk is a short
    transaction of its own: the bot keeps answering meanwhile, and a crash loses nothing.
    """
    judged = changed = last = 0
    columns = (
        failure.c.id,
        failure.c.message,
        failure.c.text,
        failure.c.type_name,
        failure.c.phase,
        failure.c.category,
    )
    while True:
        query = select(*columns).where(failure.c.id > last, failure.c.rules_version != judge.version)
        async with database.read() as connection:
            rows = (await connection.execute(query.order_by(failure.c.id).limit(_CHUNK))).all()
        if not rows:
            return judged, changed
        async with database.write() as connection:
            for row in rows:
                words = FailureText(message=row.message, text=row.text, type_name=row.type_name, phase=row.phase)
                verdict = classify(words, judge.rules)
                await connection.execute(
                    update(failure)
                    .where(failure.c.id == row.id)
                    .values(
                        category=verdict.category.value,
                        rule=verdict.rule,
                        matched=verdict.matched,
                        runner_up=verdict.runner_up.value if verdict.runner_up else None,
                        rules_version=judge.version,
                    )
                )
                changed += verdict.category.value != row.category
        judged, last = judged + len(rows), rows[-1].id
