"""WASender's header is the shared secret itself: whoever knows it is let in, and nobody else."""

import pytest

from whatsapp.wasender.signature import verified

SECRETS = ("the-new-secret", "the-old-secret")


@pytest.mark.parametrize("secret", SECRETS)
def test_each_secret_is_taken_while_rotating(secret):
    assert verified(header=secret, secrets=SECRETS)


@pytest.mark.parametrize(
    "header",
    ["", "the-new-secre", "the-new-secret ", "THE-NEW-SECRET", "the-new-secret\nthe-old-secret", "ünïcode", "\udcff"],
)
def test_anything_else_is_refused_and_never_raises(header):
    """`hmac.compare_digest` raises TypeError for strings that are not ASCII: a 500 for whoever tries one."""
    assert not verified(header=header, secrets=SECRETS)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_verified(secrets):
    """An empty header would equal an empty secret."""
    assert not verified(header="", secrets=secrets)
    assert not verified(header="guess", secrets=secrets)
