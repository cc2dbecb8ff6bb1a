"""The outbox against both companies, played on this machine, failing on demand."""
