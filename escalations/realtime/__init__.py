"""What the live pages and the stream are sent, to whom, and who is looking at the same escalation."""
