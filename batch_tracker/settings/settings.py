"""Where the run's settings come from: defaults, the settings file, environment, flags.

The weakest comes first. A flag `--workers` is the variable `BATCH_TRACKER_WORKERS` and the key
`workers` in the file; only the `SELLERCLOUD_*` variables have names of their own. The password is
read from the environment, a file, a command or the system's keyring, in this order, and never
from the settings file.

Where an account is in force, its login replaces every other one as a whole, and the rest of its
table outranks the rest of the file (`account.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings.account import LOGIN_KEYS, Account, with_account
from batch_tracker.settings.channel import Channel
from batch_tracker.settings.cluster import require_dask
from batch_tracker.settings.column_answer import ColumnAnswer, read_answers
from batch_tracker.settings.confirmed import names, require_confirmed
from batch_tracker.settings.file import ignored_file, read_file, settings_file
from batch_tracker.settings.password import from_command, from_file, from_keyring
from batch_tracker.settings.problems import PREFIX, in_words, require_known_variables
from batch_tracker.settings.profile import DateOrder, Profile, TimeOfDay, Zone
from batch_tracker.settings.values import (
    Addresses,
    AddressLabel,
    ApiUrl,
    CallQuota,
    ClusterAddress,
    LocalPath,
    PasswordCommand,
    Quota,
    Rows,
    Seconds,
    SecondsOrNone,
    Share,
    Username,
    Workers,
    read_share,
)

_PLACES = ("password", "password_file", "password_command")


class EnvironmentSource(EnvSettingsSource):
    """The environment; where an account is named, without any login."""

    def __call__(self) -> dict[str, Any]:
        """Return what is set."""
        values = super().__call__()
        if self.current_state.get("account") or values.get("account"):
            return {key: value for key, value in values.items() if key not in LOGIN_KEYS}
        return values


class _FileSource(InitSettingsSource):
    """The settings file, which a flag or a variable may name."""

    def __call__(self) -> dict[str, Any]:
        named = self.current_state.get("config")
        file = read_file(settings_file(named), is_named=bool(named))
        values = with_account(file, self.current_state)
        return InitSettingsSource(self.settings_cls, values).init_kwargs


class Settings(BaseSettings):
    """Everything a run is told, apart from the manifest itself and how to read it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    account: str | None = None
    """Whose login is used: `[accounts.NAME]` of the settings file; None: there is only one."""
    default_account: str | None = None
    """The account where none is named."""
    accounts: Annotated[dict[str, Account], NoDecode] = {}

    url: ApiUrl | None = Field(default=None, validation_alias="SELLERCLOUD_URL")
    username: Username | None = Field(default=None, validation_alias="SELLERCLOUD_USERNAME")
    password: SecretStr | None = Field(default=None, validation_alias="SELLERCLOUD_PASSWORD")
    password_file: LocalPath | None = Field(
        default=None, validation_alias="SELLERCLOUD_PASSWORD_FILE"
    )
    password_command: PasswordCommand = Field(
        default=None, validation_alias="SELLERCLOUD_PASSWORD_COMMAND"
    )
    """What prints the password; it is run without a shell, once."""
    password_keyring: bool = Field(default=False, validation_alias="SELLERCLOUD_PASSWORD_KEYRING")
    """Whether the password is in the system's keyring."""
    team_lookup: str = "https://api.sellercloud.com/api/server-by-team/?team={team}"
    """Where `init` asks for a team's server. Documented in Sellercloud's REST overview."""
    _asked_for: SecretStr | None = PrivateAttr(default=None)
    _is_rehearsal: bool = PrivateAttr(default=False)

    config: LocalPath | None = None
    """The settings file; None: the one in the user's configuration folder."""
    home: LocalPath = Path("~/.batch-tracker")
    """Where the ledger and the quota live; a local disk (SQLite's WAL needs one)."""
    output: LocalPath = Path("reports")
    workers: Workers | None = None
    """Calls under way at once; None: as many as the server answers fastest with."""
    max_workers: Workers = 64
    """The most calls under way at once where `workers` does not say."""
    quota: CallQuota = Quota(10_800, 3600.0)
    """Documented by Sellercloud: 10,800 calls an hour per user and IP address."""
    addresses: Addresses = ()
    """Addresses of this machine to call from, each with the full quota; (): the system's choice."""
    address_label: AddressLabel | None = None
    """What a Dask worker's public address is called. Workers with one label share one quota."""
    cluster: ClusterAddress | None = None
    """The Dask scheduler whose workers make the calls; None: this process makes them."""

    attempts: int = Field(default=5, ge=1, le=100)
    """Tries for one row before it is given up as failed; throttled answers do not count."""
    backoff_s: Seconds = 1.0
    """Wait before a row's second try; it doubles with each further one, up to a minute."""
    connect_timeout_s: Seconds = 15
    timeout_s: Seconds = 60
    """For one whole call. Observed: some Sellercloud calls take 5 to 6 s each."""
    give_up_s: Seconds = 600
    """How long a server that answers nobody is tried before the run stops."""

    same_refusals: Rows = 10
    """So many first rows refused in the same words stop the run; 0 never stops it."""
    max_failures: Annotated[Share, BeforeValidator(read_share)] | None = None
    """More rows than this rejected, failed or in doubt stop the run."""
    canary: Rows = 0
    """So many rows are sent first and read back before the others are sent."""
    compare: bool = True
    """Whether a run looks at its POs before it sends the first row, 50 in a call. It costs 2 % of
    the quota, and every run can be undone."""
    verify: bool = False
    """Whether every updated row is read back at the end, 50 rows a call."""

    warnings: Literal["send", "hold"] = "send"
    """What becomes of a row with a warning."""

    profile: str | None = None
    profiles: Annotated[dict[str, Profile], NoDecode] = {}
    sheet: str | None = None
    column: Annotated[tuple[ColumnAnswer, ...], NoDecode, BeforeValidator(read_answers)] = ()
    """What single columns hold, as a person says it: `HEADER=FIELD`, or `HEADER=ignore`."""
    encoding: str | None = None
    """How a text file is written that does not say so, such as `cp1252`."""
    date_order: DateOrder | None = None
    zone: Zone | None = None
    ship_time: TimeOfDay | None = None

    settle_s: SecondsOrNone = 5
    """How long a file in a watched folder must stay as it is before it is taken for complete."""
    poll_s: Seconds = 10
    """How often a watched folder is looked at."""
    expect_by: TimeOfDay | None = None
    """Local time by which a watched folder gets a manifest every day; a later one is late."""
    smaller_than_usual: Annotated[Share, NoDecode, BeforeValidator(read_share)] = Share(50, True)
    """Fewer rows than this, or this share of what is usual, are an alarm; 0 never is."""
    notify: Annotated[tuple[Channel, ...], NoDecode] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names it
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over environment over file; no `.env` is read."""
        require_known_variables(Settings)
        return init_settings, EnvironmentSource(settings_cls), _FileSource(settings_cls, {})

    @property
    def settings_file(self) -> Path:
        """Where the settings file is, or would be."""
        return settings_file(self.config)

    def reading(self) -> dict[str, object]:
        """Return the settings that outrank the profile's own on how the file is read."""
        given = {
            "sheet": self.sheet,
            "column": self.column or None,
            "encoding": self.encoding,
            "date_order": self.date_order,
            "zone": self.zone,
            "ship_time": self.ship_time,
        }
        return {name: value for name, value in given.items() if value is not None}

    def shown(self) -> dict[str, str]:
        """Return what a report may say about the settings: nothing secret."""
        return {
            "workers": str(self.workers or f"found out, {self.max_workers} at most"),
            "attempts": str(self.attempts),
            "timeout": f"{self.timeout_s:g} s",
            **{name: _shown(value) for name, value in self.reading().items()},
        }

    def secret(self) -> str:
        """Return the password.

        Raises:
            SettingsRefused: there is none to read, or it may not go to this server.
        """
        self._require_confirmed()
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_file is not None:
            return from_file(self.password_file)
        if self._asked_for is None:  # asking may take a person at the keyboard
            self._asked_for = SecretStr(self._ask_for_secret())
        return self._asked_for.get_secret_value()

    def require_account(self) -> None:
        """Find out, before the first row is read, that there is nothing to log in with.

        Raises:
            SettingsRefused: the address, the user name or the password is missing, or Dask.
        """
        for value, name in (
            (self.url, "SELLERCLOUD_URL"),
            (self.username, "SELLERCLOUD_USERNAME"),
        ):
            if not value and self.account:
                raise SettingsRefused(
                    f"The account {self.account} has no {name.partition('_')[2].lower()}.",
                    hint=self._table_hint(),
                )
            if not value:
                hint = "Set it, let batch-tracker init ask for it, or rehearse with --sandbox."
                if ignored := ignored_file(self.settings_file):
                    hint += f" {ignored} is not read; name it with --config."
                raise SettingsRefused(f"{name} is not set.", hint=hint)
        if self.cluster:
            require_dask()  # its workers log in
        else:
            self.secret()

    def account_of(self, server: str, username: str) -> str:
        """Return the name of the account with this login, "" where there is none."""
        logins = ((name, each.url, each.username) for name, each in self.accounts.items())
        same = (name for name, *login in logins if login == [server, username])
        return next(same, "")

    @property
    def total_quota(self) -> Quota:
        """The quota of all addresses together."""
        return self.quota._replace(calls=self.quota.calls * max(1, len(self.addresses)))

    @property
    def is_rehearsal(self) -> bool:
        """Whether the server is a pretend one that ends with the command."""
        return self._is_rehearsal

    def _require_confirmed(self) -> None:
        """Refuse a server that only the file names, where the password is from elsewhere.

        An account's login stands together, and the keyring holds a password for each server.
        """
        if self.account or not self.url:
            return
        file = read_file(self.settings_file, is_named=self.config is not None)
        place = next((name for name in _PLACES if getattr(self, name)), None)
        if place and names(file, "url", self.url) and not names(file, place):
            require_confirmed(self.url, named_in=self.settings_file)

    def for_rehearsal(self) -> Self:
        """Return these settings, marked as a rehearsal's: nobody can set that from outside.

        Rehearsals have a home of their own: what a pretend server took was never applied.
        """
        own = {"home": self.home / "rehearsals", "cluster": None}
        rehearsed = self.model_copy(update=own)
        rehearsed._is_rehearsal = True  # noqa: SLF001 - its own class
        return rehearsed

    def _ask_for_secret(self) -> str:
        if self.password_command is not None:
            return from_command(self.password_command)
        if self.password_keyring:
            return from_keyring(self.url or "", self.username or "")
        if self.account:
            raise SettingsRefused(
                f"The account {self.account} has no password.", hint=self._table_hint()
            )
        raise SettingsRefused(
            "No password is set.",
            hint="Set SELLERCLOUD_PASSWORD, or set SELLERCLOUD_PASSWORD_FILE to a file with "
            "it. Or let batch-tracker init ask for it.",
        )

    def _table_hint(self) -> str:
        return (
            f"batch-tracker init --account {self.account} asks for it and writes it into "
            f"[accounts.{self.account}]. SELLERCLOUD_* variables are not read for an account."
        )


def load_settings(flags: Mapping[str, Any], kind: type[Settings] = Settings) -> Settings:
    """Read the settings; `flags` holds what the command line gave (None: not given).

    Raises:
        SettingsRefused: a value is wrong, a name is unknown, or the settings file can't be used.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return kind(**given)
    except ValidationError as error:
        file = settings_file(given.get("config"))
        words = in_words(error, Settings, flags=given, file=file)
        raise SettingsRefused(words, hint="See batch-tracker --help.") from error


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
