"""What a person has answered so far, and whether the server agrees."""

import asyncio

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from batch_tracker.sender.probe import probing
from batch_tracker.settings import Settings
from batch_tracker.settings.settings import EnvironmentSource


class Answers(Settings):
    """Settings out of answers and the environment alone: the file is still to be written."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Answers over environment."""
        return init_settings, EnvironmentSource(settings_cls)

    def _require_confirmed(self) -> None:
        """Leave it to the person who has just given the address."""


def check_login(settings: Settings) -> None:
    """Log in once; the call is counted.

    Raises:
        LoginRefused: the server does not accept the user name and password.
        Stopped: there was no usable answer, or the quota is used up.
        SettingsRefused: there is no password.
    """

    async def log_in() -> None:
        async with probing(settings) as probe:
            await probe.log_in()

    asyncio.run(log_in())
