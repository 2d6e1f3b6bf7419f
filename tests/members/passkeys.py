"""Passkeys and codes of a member, as their devices would have made them."""

import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

HOST = "testserver"


def credential(seed: str = "one") -> dict:
    """Return what a browser sends when a passkey is made; not signed by any maker, as passkeys are."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential_id = hashlib.sha256(seed.encode()).digest()
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    attested = AttestedCredentialData.create(b"\0" * 16, credential_id, key)
    data = AuthenticatorData.create(hashlib.sha256(HOST.encode()).digest(), flags, 0, attested)
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", f"https://{HOST}")
    return {
        "id": websafe_encode(credential_id),
        "rawId": websafe_encode(credential_id),
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(AttestationObject.create("none", data, {}))},
    }


def passkey(user, name: str = "Firefox on Android") -> Authenticator:
    """Give a member a passkey."""
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential(name)})


def app(user) -> Authenticator:
    """Give a member an authenticator app."""
    return TOTP.activate(user, generate_totp_secret()).instance


def codes(user) -> Authenticator:
    """Give a member recovery codes."""
    return RecoveryCodes.activate(user).instance
