"""Static files with their content's hash in the name; our own ES modules import each other by those names."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFilesStorage(ManifestStaticFilesStorage):
    """Django's manifest storage, rewriting imports in our `*.mjs` only: other people's modules fail under it."""

    support_js_module_import_aggregation = False
    manifest_strict = True
    patterns = (
        *ManifestStaticFilesStorage.patterns,
        (
            "*.mjs",
            (
                (
                    r"""(?P<matched>import(?s:(?P<import>[\s\{].*?|\*\s*as\s*\w+))\s*from\s*['"](?P<url>[./].*?)["']\s*;)""",
                    """import%(import)s from "%(url)s";""",
                ),
                (r"""(?P<matched>import\s*['"](?P<url>[./].*?)["']\s*;)""", """import "%(url)s";"""),
            ),
        ),
    )
