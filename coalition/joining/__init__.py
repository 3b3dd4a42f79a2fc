"""Who asks to leave too: nothing until its own mailbox confirms and a coordinator accepts."""
