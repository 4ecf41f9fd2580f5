"""A member's telephone number: how it is read and shown, the sign-in by it, and her own page about it."""
