"""Single sign-on by OpenID Connect, with any standard issuer."""
