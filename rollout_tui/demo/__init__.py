"""A shop to practise on: a service of its own process, whose new version goes wrong by itself when users get to it."""
