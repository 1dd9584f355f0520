"""Reports: one document tree, its values, and the three files drawn from it (PDF, DOCX, HTML)."""
