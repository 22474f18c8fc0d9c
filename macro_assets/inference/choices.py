"""A setting that must be one of a list.

Belongs here: the one refusal of an unknown choice. Does not belong here: what the choices mean.
"""

from macro_assets.errors import InvalidInputError

__all__ = ["check_choice"]


def check_choice(value: str, allowed: tuple[str, ...], what: str) -> str:
    """`value` when it is one of `allowed`, else an error that lists them."""
    if value not in allowed:
        raise InvalidInputError(f"Unknown {what} {value!r}.", remedy=f"Choose one of: {', '.join(allowed)}.")
    return value
