"""Do the mocks still match production: the static audit."""
