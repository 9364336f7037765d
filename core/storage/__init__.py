"""Engine, tables, migrations and the event log: how every room keeps what it knows."""
