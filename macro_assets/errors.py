"""Every error the package raises on purpose, by what a caller can do about it.

Belongs here: exception classes. Does not belong here: handling, logging, retrying.
"""

__all__ = [
    "AlertError",
    "CatalogError",
    "CredentialError",
    "EmptyDataError",
    "InvalidInputError",
    "LakeError",
    "LockTimeoutError",
    "MalformedAnswerError",
    "MacroAssetsError",
    "OwnDataError",
    "PermanentSourceError",
    "RegistryError",
    "SchemaError",
    "SourceError",
    "TableNotFoundError",
    "TransientSourceError",
    "UnknownSeriesError",
    "UnsafeStoreError",
]


class MacroAssetsError(Exception):
    """Base of all errors of the package.

    Parameters
    ----------
    message : what happened and where.
    remedy : what to do next; appended to the text. Default: the usual one of the class.
    """

    usual_remedy: str | None = None

    def __init__(self, message: str = "", *, remedy: str | None = None) -> None:
        super().__init__(message)  # alone: what a process hands to another is rebuilt from it
        self.message = message
        self.remedy = remedy or self.usual_remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class InvalidInputError(MacroAssetsError, ValueError):
    """An argument cannot be used: wrong shape, order, unit or range."""


class CatalogError(MacroAssetsError):
    """A catalogue file does not say what it must: names the file, the entry and the field."""


class SchemaError(MacroAssetsError):
    """Data do not have the declared columns, types or keys."""


class SourceError(MacroAssetsError):
    """A provider did not deliver."""


class TransientSourceError(SourceError):
    """Worth another try: time-out, reset, 429, 5xx.

    Parameters
    ----------
    retry_after : seconds the provider asked to wait, when it did.

    Attributes
    ----------
    exhausted : all tries were used up where it arose; whoever catches it does not try again at once.
    """

    usual_remedy = "Try again later."
    exhausted = False

    def __init__(self, message: str = "", *, remedy: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class EmptyDataError(TransientSourceError):
    """The provider answered with nothing where something must be: providers repeat what stands, so this is a fault."""

    usual_remedy = (
        "Try again later; if it stays empty, check the entry in the catalogue and the address in the settings."
    )


class MalformedAnswerError(TransientSourceError, SchemaError):
    """An answer does not have the form its provider documents, or holds rows that were not asked for.

    Worth another try, for it is often damaged on the way; nothing of it is stored.
    """

    usual_remedy = "If it stays so, the provider has changed its format: update macro-assets, or report it."


class PermanentSourceError(SourceError):
    """Another try of the same request cannot succeed."""

    usual_remedy: str | None = "Correct the request, or the address in the settings: another try cannot succeed."


class CredentialError(PermanentSourceError):
    """The provider refuses the key, or a key is missing."""


class UnknownSeriesError(PermanentSourceError):
    """The provider, or the catalogue, has no series of this id."""


class OwnDataError(PermanentSourceError):
    """A file of the user's own cannot be loaded: names the file, and the row and column where one is at fault."""

    usual_remedy = None


class LakeError(MacroAssetsError):
    """The lake cannot do what was asked."""


class TableNotFoundError(LakeError):
    """The lake holds no such table yet."""


class AlertError(MacroAssetsError):
    """An alert could not be delivered; it waits for the next try."""


class LockTimeoutError(LakeError):
    """Another process kept the lock of a table for too long."""


class UnsafeStoreError(LakeError):
    """The object store cannot refuse a conflicting write, so commits could be lost."""


class RegistryError(MacroAssetsError):
    """The model registry cannot log, find, promote or export a model."""
