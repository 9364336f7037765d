"""Reads off the environment which CI job this is, and for which branch and revision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Environ = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CiMark:
    """What a CI job says of itself; None where it says nothing."""

    provider: str | None = None
    branch: str | None = None
    revision: str | None = None
    run: str | None = None
    """The same for all jobs of one pipeline, so that their reports join into one run."""


def detect_ci(environ: Environ) -> CiMark:
    """The mark of the job we are in; an empty one outside of a known CI system."""
    for variable, read in _SYSTEMS:
        if environ.get(variable):
            return read(environ)
    return CiMark()


def _github(environ: Environ) -> CiMark:
    # On a pull request GITHUB_REF_NAME is `12/merge`; the branch people know is GITHUB_HEAD_REF.
    branch = _get(environ, "GITHUB_HEAD_REF")
    if branch is None and environ.get("GITHUB_REF_TYPE", "branch") == "branch":
        branch = _get(environ, "GITHUB_REF_NAME")
    run, attempt = _get(environ, "GITHUB_RUN_ID"), environ.get("GITHUB_RUN_ATTEMPT", "1")
    return CiMark("GitHub Actions", branch, _get(environ, "GITHUB_SHA"), _prefixed("github", run, attempt))


def _gitlab(environ: Environ) -> CiMark:
    branch = _get(environ, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH")
    return CiMark(
        "GitLab CI", branch, _get(environ, "CI_COMMIT_SHA"), _prefixed("gitlab", _get(environ, "CI_PIPELINE_ID"))
    )


def _jenkins(environ: Environ) -> CiMark:
    # BRANCH_NAME is `PR-12` for a pull request; GIT_BRANCH begins with the remote's name.
    branch = _get(environ, "CHANGE_BRANCH", "BRANCH_NAME") or (
        environ.get("GIT_BRANCH", "").removeprefix("origin/") or None
    )
    return CiMark("Jenkins", branch, _get(environ, "GIT_COMMIT"), _get(environ, "BUILD_TAG"))


def _circle(environ: Environ) -> CiMark:
    run = _prefixed("circleci", _get(environ, "CIRCLE_WORKFLOW_ID", "CIRCLE_BUILD_NUM"))
    return CiMark("CircleCI", _get(environ, "CIRCLE_BRANCH"), _get(environ, "CIRCLE_SHA1"), run)


def _buildkite(environ: Environ) -> CiMark:
    run = _prefixed(
        "buildkite", _get(environ, "BUILDKITE_BUILD_ID"), environ.get("BUILDKITE_RETRY_COUNT", "0"), first="0"
    )
    revision = _get(environ, "BUILDKITE_COMMIT")
    return CiMark("Buildkite", _get(environ, "BUILDKITE_BRANCH"), None if revision == "HEAD" else revision, run)


def _azure(environ: Environ) -> CiMark:
    # A pull request builds refs/pull/12/merge; its own branch stands elsewhere.
    branch = _get(environ, "SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH")
    if branch is not None:
        branch = branch.removeprefix("refs/heads/")
    if branch is not None and branch.startswith("refs/"):
        branch = None
    run = _prefixed("azure", _get(environ, "BUILD_BUILDID"), environ.get("SYSTEM_JOBATTEMPT", "1"))
    return CiMark("Azure Pipelines", branch, _get(environ, "BUILD_SOURCEVERSION"), run)


_SYSTEMS: tuple[tuple[str, Callable[[Environ], CiMark]], ...] = (
    ("GITHUB_ACTIONS", _github),
    ("GITLAB_CI", _gitlab),
    ("BUILDKITE", _buildkite),
    ("CIRCLECI", _circle),
    ("TF_BUILD", _azure),
    ("JENKINS_URL", _jenkins),
)


def _get(environ: Environ, *names: str) -> str | None:
    """The first of the variables that holds something."""
    return next((environ[name] for name in names if environ.get(name)), None)


def _prefixed(system: str, run: str | None, attempt: str = "1", *, first: str = "1") -> str | None:
    """A run name no other system uses; a repetition of the job is a run of its own."""
    if run is None:
        return None
    return f"{system}-{run}" if attempt in ("", first) else f"{system}-{run}-{attempt}"
