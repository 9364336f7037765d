"""What tests replace, and with what: an abstract interpreter over test files. Nothing of them is run."""
