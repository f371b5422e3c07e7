"""Whom TLS believes."""

from __future__ import annotations

import ssl

from bot.network.authorities import tls_context


def test_an_authority_without_the_ids_of_its_keys_is_believed() -> None:
    """Python 3.13 refuses what browsers and curl take: a company's proxy, and publishers under TWCA's root.
    Before 3.13 nothing asks for them, and this holds by itself."""
    context = tls_context()
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
