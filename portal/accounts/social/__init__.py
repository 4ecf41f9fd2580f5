"""Coming in through another service (Google, Facebook, Zalo): each absent until its key and secret are configured."""
