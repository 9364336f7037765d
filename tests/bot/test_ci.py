"""The variables of the usual CI systems, as their documentation gives them."""

import pytest

from bot.ci import CiMark, detect_ci

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REF_NAME": "main",
    "GITHUB_REF_TYPE": "branch",
    "GITHUB_SHA": "abc",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "1",
}


@pytest.mark.parametrize(
    ("environ", "mark"),
    [
        ({}, CiMark()),
        (GITHUB, CiMark("GitHub Actions", "main", "abc", "github-77")),
        (GITHUB | {"GITHUB_RUN_ATTEMPT": "3"}, CiMark("GitHub Actions", "main", "abc", "github-77-3")),
        (
            GITHUB | {"GITHUB_REF_NAME": "12/merge", "GITHUB_HEAD_REF": "fix"},
            CiMark("GitHub Actions", "fix", "abc", "github-77"),
        ),
        (
            GITHUB | {"GITHUB_REF_NAME": "v1.0", "GITHUB_REF_TYPE": "tag"},
            CiMark("GitHub Actions", None, "abc", "github-77"),
        ),
        (
            {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": "abc", "CI_PIPELINE_ID": "5"},
            CiMark("GitLab CI", "main", "abc", "gitlab-5"),
        ),
        (
            {"GITLAB_CI": "true", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix", "CI_COMMIT_SHA": "abc"},
            CiMark("GitLab CI", "fix", "abc", None),
        ),
        (
            {
                "JENKINS_URL": "https://ci/",
                "GIT_BRANCH": "origin/main",
                "GIT_COMMIT": "abc",
                "BUILD_TAG": "jenkins-x-9",
            },
            CiMark("Jenkins", "main", "abc", "jenkins-x-9"),
        ),
        (
            {"JENKINS_URL": "https://ci/", "BRANCH_NAME": "PR-3", "CHANGE_BRANCH": "fix", "GIT_COMMIT": "abc"},
            CiMark("Jenkins", "fix", "abc", None),
        ),
        (
            {"CIRCLECI": "true", "CIRCLE_BRANCH": "main", "CIRCLE_SHA1": "abc", "CIRCLE_WORKFLOW_ID": "w"},
            CiMark("CircleCI", "main", "abc", "circleci-w"),
        ),
        (
            {
                "BUILDKITE": "true",
                "BUILDKITE_BRANCH": "main",
                "BUILDKITE_COMMIT": "HEAD",
                "BUILDKITE_BUILD_ID": "b",
                "BUILDKITE_RETRY_COUNT": "0",
            },
            CiMark("Buildkite", "main", None, "buildkite-b"),
        ),
        (
            {
                "TF_BUILD": "True",
                "BUILD_SOURCEBRANCH": "refs/heads/a/b",
                "BUILD_SOURCEVERSION": "abc",
                "BUILD_BUILDID": "4",
            },
            CiMark("Azure Pipelines", "a/b", "abc", "azure-4"),
        ),
        (
            {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/pull/3/merge", "BUILD_SOURCEVERSION": "abc"},
            CiMark("Azure Pipelines", None, "abc", None),
        ),
    ],
)
def test_the_job_says_what_it_is(environ: dict[str, str], mark: CiMark) -> None:
    assert detect_ci(environ) == mark
