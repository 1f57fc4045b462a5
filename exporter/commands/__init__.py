"""The commands of ``pantau``, one module each: ``SUMMARY``, ``add_arguments(parser)``, ``run(args) -> exit code``."""
