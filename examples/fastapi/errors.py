"""What each refusal is called: title and detail of its problem document, as docs/errors.md has them."""

ERRORS = {
    "request_malformed": (
        "Malformed request",
        "The request carries more than one credential, or cannot be read.",
    ),
    "token_missing": ("Token missing", "This resource needs a bearer token."),
    "token_malformed": ("Token malformed", "The token is not a well-formed signed JWT."),
    "algorithm_not_allowed": (
        "Algorithm not allowed",
        "The token is signed with an algorithm this API does not accept.",
    ),
    "key_unknown": ("Key unknown", "The token is signed with a key that its issuer does not publish."),
    "signature_invalid": ("Signature invalid", "The signature of the token does not match its content."),
    "issuer_mismatch": ("Issuer mismatch", "The token comes from an issuer this API does not trust."),
    "audience_mismatch": ("Audience mismatch", "The token was made for another audience."),
    "token_expired": ("Token expired", "The token has expired."),
    "token_not_yet_valid": ("Token not yet valid", "The token is not valid yet."),
    "claim_invalid": (
        "Claim invalid",
        "A claim of the token is missing, or has a value this API does not accept.",
    ),
    "delegation_not_allowed": (
        "Delegation not allowed",
        "The token was issued to a program, and this API takes only tokens of people.",
    ),
    "token_revoked": ("Token revoked", "The session of this token has ended."),
    "not_owner": ("Not yours", "This path belongs to somebody else."),
    "keys_unavailable": (
        "Keys unavailable",
        "The token cannot be checked right now, because the keys of its issuer cannot be fetched.",
    ),
    "revocations_stale": (
        "Revocations stale",
        "The token cannot be checked right now, because ended sessions cannot be looked up.",
    ),
}
