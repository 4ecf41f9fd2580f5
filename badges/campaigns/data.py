"""What campaigns keep about people: nothing but who approved one."""

from portal.core.personal_data import excuse

excuse("badges.CampaignInForce", "names who approved a campaign of the programme: an act of staff, kept for tracing")
