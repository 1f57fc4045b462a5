"""What the API says: documents of plain values, their schemas, and the one table of what may be asked."""
