"""The developer console: a web page at home. A client of the daemon, in a process of its own."""
