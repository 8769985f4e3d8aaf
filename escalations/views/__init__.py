from escalations.views.pages import queue, snapshot, workspace, workspace_snapshot

__all__ = ["queue", "snapshot", "workspace", "workspace_snapshot"]
