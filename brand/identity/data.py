"""A table of the identity that points at members, and why it is no data type of its own."""

from portal.core.personal_data import excuse

excuse("brand.Identity", "the look of a brand; whoever locked it is named as staff, and the row is not about her")
