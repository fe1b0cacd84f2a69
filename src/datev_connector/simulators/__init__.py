"""
Stand-ins for the two systems the connector joins, to develop, demonstrate and test against.

`starface` is a PBX: it has *users*, who take part in *calls* through *legs* (one person's view of
one call), watched by *sessions* that clients keep open, to which *events* are pushed.
`datev` is the application that is told about calls and asks for new ones.

Both are real servers on loopback. They are written from the protocol descriptions alone and import
nothing from the connector, so that a mistake in the connector cannot hide behind the same mistake
here. Whatever the descriptions leave open is a setting, not a guess.
"""
