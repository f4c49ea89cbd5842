"""WASenderApi: a phone paired as a linked device. Unofficial: not authorised by Meta, which bans such numbers."""
