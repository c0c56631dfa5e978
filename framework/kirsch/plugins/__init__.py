"""What joins the life of the process: signals, the pid file, reloading in development."""
