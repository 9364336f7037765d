"""`python -m bot` is `t12`."""

from bot.cli import main

main()
