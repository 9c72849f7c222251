"""Radios without an operating system: Bumble on virtual controllers or a USB dongle. Nothing else imports Bumble."""
