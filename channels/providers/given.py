"""Reading what others give us: settings from the operator, forms from a provider."""

from collections.abc import Mapping

from channels.contract import Malformed, WrongSetting


def setting(env: Mapping[str, str], name: str, example: str) -> str:
    """A setting that must be there, or WrongSetting with an example."""
    if value := env.get(name, "").strip():
        return value
    raise WrongSetting(name, "is not set", f"Example: {name}={example}")


def required(form: Mapping[str, str], *names: str) -> list[str]:
    """The named fields in order, or Malformed.  Empty is a value for a text, not for an id."""
    for name in names:
        if name not in form or (name not in {"text", "Body"} and not form[name].strip()):
            raise Malformed(name)
    return [clean(form[name]) for name in names]


def clean(text: str) -> str:
    """The text without NUL, which no PostgreSQL column takes."""
    return text.replace("\0", "") if "\0" in text else text
