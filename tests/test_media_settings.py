"""Where files are kept is set in the environment, strictly, and a store without a bucket is refused at the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.checks import media_has_a_bucket

ROOT = Path(__file__).resolve().parent.parent
SAY = "from django.conf import settings; print(settings.STORAGES['default'])"


def settings_with(**environment):
    environ = {**os.environ, "DATABASE_URL": "postgres:///unused", "REDIS_URL": "redis://127.0.0.1:1", **environment}
    environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run(
        [sys.executable, "-c", SAY], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_files_are_kept_below_the_data_directory_unless_said_otherwise():
    assert "FileSystemStorage" in settings_with().stdout


def test_s3_by_setting():
    said = settings_with(
        MEDIA_STORAGE="s3",
        MEDIA_BUCKET="desk",
        MEDIA_REGION="eu-central-1",
        MEDIA_ENDPOINT_URL="https://s3.example.com",
    ).stdout
    for part in ("S3Storage", "'desk'", "'eu-central-1'", "'https://s3.example.com'", "'location': 'media'"):
        assert part in said


def test_a_store_that_is_not_known_is_refused_with_the_mend():
    wrong = settings_with(MEDIA_STORAGE="S3")
    assert wrong.returncode != 0
    assert "Set it to 'files' or 's3'" in wrong.stderr


@pytest.mark.parametrize(("storage", "bucket", "errors"), [("s3", "", 1), ("s3", "desk", 0), ("files", "", 0)])
def test_s3_needs_a_bucket(settings, storage, bucket, errors):
    settings.MEDIA_STORAGE, settings.MEDIA_BUCKET = storage, bucket
    found = media_has_a_bucket()
    assert len(found) == errors
    assert all("MEDIA_BUCKET=" in error.hint for error in found)
