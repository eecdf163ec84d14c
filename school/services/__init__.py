"""What people do with the panel, one module a capability: each takes session and actor, writes, never commits."""
