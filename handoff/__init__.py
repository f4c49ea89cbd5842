"""Floor 5: who is in control. Router, bot turns, handoffs, teams."""
