"""When an open order will be delivered: a distribution from the factory's own history (decisions/0047)."""
