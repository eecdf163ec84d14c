"""The rules of the programme as pure functions: no database, no clock; those that depend on the day take `today`."""
