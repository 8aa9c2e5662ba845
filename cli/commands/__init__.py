"""The subcommands of `throughline`: a module each, with `describe(parser)` and `run(arguments) -> exit status`."""
