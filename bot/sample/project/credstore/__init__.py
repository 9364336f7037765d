"""A credential store for one team: sealed at rest, audited, rotated, shared by role."""
