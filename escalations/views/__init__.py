from escalations.views.pages import own_notices, queue, snapshot, workspace, workspace_snapshot

__all__ = ["own_notices", "queue", "snapshot", "workspace", "workspace_snapshot"]
