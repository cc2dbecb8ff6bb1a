"""Ways a citizen can reach us.  A file in this folder is a channel; what several channels know
of the same company is in `providers/`."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping

from channels.contract import Channel, ChannelError


class UnknownChannel(ChannelError):
    """The setting CHANNELS names a channel that has no file here."""

    def __init__(self, name: str, known_names: Iterable[str]) -> None:
        names = ",".join(sorted(known_names))
        super().__init__(f'CHANNELS names "{name}", which is no channel. Example: CHANNELS={names}')
        self.name = name


def known() -> dict[str, type[Channel]]:
    """Every channel defined in this folder, by its name."""
    found: dict[str, type[Channel]] = {}
    for file in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        if not file.ispkg:
            module = importlib.import_module(file.name)
            found |= {kind.name: kind for kind in vars(module).values() if _is_ours(kind, module)}
    return found


def build(names: Iterable[str], env: Mapping[str, str]) -> dict[str, Channel]:
    """The channels asked for, by name, or UnknownChannel or WrongSetting with the remedy."""
    kinds = known()
    wanted = [name.strip() for name in names if name.strip()]
    for name in wanted:
        if name not in kinds:
            raise UnknownChannel(name, kinds)
    return {name: kinds[name].from_env(env) for name in wanted}


def _is_ours(kind: object, module: object) -> bool:
    return (
        isinstance(kind, type)
        and issubclass(kind, Channel)
        and kind.__module__ == getattr(module, "__name__", "")
        and hasattr(kind, "name")
    )
