"""What the chat does by the calendar."""

from community.chat.actions import purge_removed, sweep_pictures
from portal.jobs.table import register

register("purge_removed_messages", "20 3 * * *", purge_removed)
register("sweep_chat_pictures", "40 * * * *", sweep_pictures)
