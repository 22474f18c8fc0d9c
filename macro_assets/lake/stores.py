"""Where a lake lives: a local folder, or an S3-compatible store that can refuse a conflicting write.

Belongs here: addresses, client options, the probe for conditional puts, and single objects. Does not belong here: tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from macro_assets.errors import LakeError, UnsafeStoreError

if TYPE_CHECKING:
    from macro_assets.settings import Settings

_SAFE: set[tuple[str, str]] = set()


@dataclass(frozen=True)
class StoreAddress:
    """Root of a lake and the options of its client.

    Parameters
    ----------
    uri : folder, or ``s3://bucket/prefix``.
    options : object-store options of the Delta client; may hold credentials, so never printed.
    """

    uri: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> StoreAddress:
        """Address from ``MACRO_LAKE_*``."""
        given = {
            "AWS_ENDPOINT_URL": settings.lake_endpoint_url,
            "AWS_ACCESS_KEY_ID": settings.lake_access_key and settings.lake_access_key.get_secret_value(),
            "AWS_SECRET_ACCESS_KEY": settings.lake_secret_key and settings.lake_secret_key.get_secret_value(),
            "AWS_REGION": settings.lake_region,
        }
        uri = str(settings.lake_uri)
        return cls(uri, {name: value for name, value in given.items() if value} if uri.startswith("s3://") else {})

    @property
    def is_local(self) -> bool:
        return "://" not in self.uri

    @cached_property
    def root(self) -> str:
        """Absolute folder, or the URI without a trailing slash."""
        return str(Path(self.uri).expanduser().absolute()) if self.is_local else self.uri.rstrip("/")

    def table(self, name: str) -> str:
        return f"{self.root}/{name}"

    @cached_property
    def storage_options(self) -> dict[str, str] | None:
        """Options for deltalake; a commit is a conditional put, so that a moved version refuses it."""
        if self.is_local:
            return None
        http = str(self.options.get("AWS_ENDPOINT_URL", "")).startswith("http://")
        return {"AWS_CONDITIONAL_PUT": "etag", **({"AWS_ALLOW_HTTP": "true"} if http else {}), **self.options}

    def require_conditional_put(self) -> None:
        """Probe the store once per process: create one key twice, expect the second to be refused with 412.

        Raises
        ------
        UnsafeStoreError : the store accepted both, so it would lose commits without a word.
        LakeError : the store cannot be reached or written.
        """
        endpoint = self.options.get("AWS_ENDPOINT_URL", "")
        if self.is_local or (endpoint, self.root) in _SAFE:
            return
        if not self._refuses_second_put():
            raise UnsafeStoreError(
                f"The object store of {self.root} ({endpoint or 'AWS'}) ignores conditional puts (If-None-Match): "
                "two writers would overwrite each other's commits and lose facts silently.",
                remedy="Use a store with conditional writes (AWS S3, MinIO, Ceph, R2), or set MACRO_LAKE_URI to a "
                "local folder.",
            )
        _SAFE.add((endpoint, self.root))

    def read(self, path: str) -> bytes | None:
        """One object by its path below the root; None where there is none.

        Raises
        ------
        LakeError : the store cannot be read.
        """
        if self.is_local:
            file = Path(self.root) / path
            return file.read_bytes() if file.exists() else None
        from botocore.exceptions import BotoCoreError, ClientError

        bucket, prefix = self._place
        try:
            found: bytes = self._client.get_object(Bucket=bucket, Key=f"{prefix}/{path}".lstrip("/"))["Body"].read()
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise LakeError(
                f"The object store of {self.root} cannot be read: {error}",
                remedy="Check MACRO_LAKE_URI, MACRO_LAKE_ENDPOINT_URL, the keys, and that the bucket exists.",
            ) from error
        return found

    @property
    def _place(self) -> tuple[str, str]:
        """Bucket and prefix."""
        bucket, _, prefix = self.root.removeprefix("s3://").partition("/")
        return bucket, prefix

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.options.get("AWS_ENDPOINT_URL"),
            aws_access_key_id=self.options.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=self.options.get("AWS_SECRET_ACCESS_KEY"),
            region_name=self.options.get("AWS_REGION"),
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )

    def _refuses_second_put(self) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        bucket, prefix = self._place
        key, client = f"{prefix}/_probe/{uuid4().hex}".lstrip("/"), self._client
        try:
            client.put_object(Bucket=bucket, Key=key, Body=b"first", IfNoneMatch="*")
            try:
                client.put_object(Bucket=bucket, Key=key, Body=b"second", IfNoneMatch="*")
                return False
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 412:
                    raise
                return True
            finally:
                client.delete_object(Bucket=bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["ResponseMetadata"]["HTTPStatusCode"] == 501:
                return False
            raise LakeError(
                f"The object store of {self.root} cannot be written: {error}",
                remedy="Check MACRO_LAKE_URI, MACRO_LAKE_ENDPOINT_URL, the keys, and that the bucket exists.",
            ) from error
