"""A member's page, and the rooms of her settings. See README.md."""
