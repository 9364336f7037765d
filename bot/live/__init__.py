"""`t12 watch`: starts a run or finds its log, follows it, looks at the machine, and keeps what came of it."""
