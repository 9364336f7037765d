"""The table about runs that are watched while they run."""

from pydantic import Field

from core.settings.values import ChannelId, Table


class LiveSettings(Table):
    """How `t12 watch` watches."""

    channel: ChannelId = Field(default=None, description="Channel of the cards of watched runs; `channel` if unset.")
    cards: bool = Field(default=True, description="Whether a watched run has a card in Slack while it runs.")
    sample_seconds: float = Field(
        default=1, ge=0.2, le=60, description="Seconds between two looks at the machine and the run's processes."
    )
    cpu_percent: float = Field(default=90, gt=10, le=100, description="CPU above which an alert is raised.")
    memory_percent: float = Field(default=90, gt=10, le=100, description="Memory above which an alert is raised.")
    hang_seconds: float = Field(
        default=300, ge=1, description="Seconds without news of a run that are suspicious, at least."
    )
    edit_seconds: float = Field(default=5, ge=1, le=600, description="Shortest time between two changes of a card.")
    database_seconds: float = Field(
        default=5, ge=1, le=600, description="Seconds between two looks at the databases that tests use."
    )
