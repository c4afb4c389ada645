"""How a server names and packs the files of the pages."""

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# As our own scripts import each other. Django's own patterns, which read every package's scripts, trip over some.
OUR_IMPORTS = ("js/*.js", ((r'(?P<matched>from "(?P<url>\.[^"]+\.js)";)', 'from "%(url)s";'),))


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise tells no types
    """Each file under the hash of its content, also where one script imports another: no two versions ever meet."""

    patterns: ClassVar = (*CompressedManifestStaticFilesStorage.patterns, OUR_IMPORTS)
