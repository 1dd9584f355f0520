"""Messages: mail, group robots of WeCom, DingTalk and Feishu, signed webhooks. A process queues in its own transaction; what was
queued is sent after the commit, never lost and never sent twice (``docs/messages.md``)."""
