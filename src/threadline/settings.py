"""Every setting of the gateway, in one place; each is read from the environment as `THREADLINE_<NAME>`."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LINKEDIN_URL = "https://www.linkedin.com"


class Settings(BaseSettings):
    """How a gateway runs. docs/settings.md says the same at more length."""

    model_config = SettingsConfigDict(env_prefix="THREADLINE_", extra="forbid")

    data_dir: Path = Path(".data/gateway")
    """The folder of the embedded database, the master key and the lock."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8080, ge=0, le=65_535)
    """The TCP port to listen on."""
    database_url: SecretStr | None = None
    """`postgresql://…` to keep the data on a server; without it, SQLite in the data folder."""
    master_key: SecretStr | None = None
    """64 hexadecimal characters that seal the sessions; without it, `master.key` in the data folder."""
    linkedin_url: str = LINKEDIN_URL
    """LinkedIn's address, or a sandbox's: the only difference between the two."""
    linkedin_timeout_seconds: float = Field(default=20, gt=0, le=120)
    """How long one call to LinkedIn may take."""
    stream_silence_seconds: float = Field(default=45, gt=0, le=600)
    """After how much silence the live stream counts as lost."""
    backfill_days: int = Field(default=100, ge=0, le=3_660)
    """How far back messages are stored without being asked for."""
    backfill_pause_seconds: float = Field(default=1.0, ge=0, le=60)
    """The pause between two calls of the background backfill."""
    check_seconds: float = Field(default=300, gt=0, le=86_400)
    """How often LinkedIn is asked what changed while the live stream stands."""
    sales_poll_seconds: float = Field(default=60, ge=1, le=3_600)
    """How often the Sales Navigator inbox of an account with a seat is read."""
    experimental_writes: bool = False
    """Whether InMail, LinkedIn Groups and Sales Navigator writes may reach the live LinkedIn."""
    sandbox_keys: bool = False
    """Whether keys that begin `demo_` reach the sandbox tenant; `threadline demo` turns it on."""
    most_messages_a_day: int = Field(default=300, ge=1, le=1_000_000)
    """The ceiling of the limit that an account's owner may set for messages a day."""
    most_new_conversations_a_day: int = Field(default=300, ge=1, le=1_000_000)
    """The same for new conversations a day."""
    least_gap_seconds: float = Field(default=10, ge=0, le=3_600)
    """The shortest gap between opening messages that an account's owner may set."""
    most_waiting_sends: int = Field(default=5_000, ge=1, le=1_000_000)
    """How many sends of one account may wait at a time."""
    stop_seconds: float = Field(default=5, gt=0, le=60)
    """How long requests under way may take to end when the gateway stops."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged."""

    @field_validator("linkedin_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("begins with https:// (or http:// for a sandbox)")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("begins with postgresql://; leave it out for SQLite")
        return value

    @property
    def experimental_allowed(self) -> bool:
        """Whether experimental writes may leave: always to a sandbox, to the live LinkedIn only when set."""
        host = urlsplit(self.linkedin_url).hostname or ""
        live = host == "linkedin.com" or host.endswith(".linkedin.com")
        return self.experimental_writes or not live
