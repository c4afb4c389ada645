"""Where photos are kept: in a folder, or in any S3-compatible store."""

from typing import Any
from urllib.parse import parse_qs, urlsplit


def storage_at(address: str) -> dict[str, Any]:
    """
    The entry in STORAGES for AMP_MEDIA, such as s3://bucket/folder?endpoint=https://s3.example.se&region=eu-north-1.

    Empty is the folder MEDIA_ROOT. The key and secret are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which the S3
    library reads by itself. ValueError when the address names no bucket, or another kind of store.
    """
    if not address:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError("AMP_MEDIA is empty, or s3://bucket?endpoint=https://s3.example.se&region=eu-north-1")
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": asked.get("endpoint"),
            "region_name": asked.get("region"),
            # Private, whatever the bucket is; nobody is given an address.
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
