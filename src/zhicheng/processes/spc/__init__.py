"""Control charts in use: subgroups as they arrive, limits that are proposed, approved and frozen, signals that become tasks."""
