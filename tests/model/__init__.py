"""A small world around the desk: customers, agents, a broker whose tasks may be lost, a phone."""
