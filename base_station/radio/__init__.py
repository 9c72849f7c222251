"""Radios without an operating system: Bumble on virtual controllers or a USB dongle. Nothing else imports Bumble."""

import logging

# What matters reaches us as exceptions; whoever is in radio range must not be able to fill a terminal with the rest.
logging.getLogger("bumble").setLevel(logging.CRITICAL)
