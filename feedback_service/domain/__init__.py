"""The rules of the service as pure values and functions; they read and write nothing."""
