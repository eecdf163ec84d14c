"""What people do with the panel, one module a capability: each takes the session and the actor, writes, never commits."""
