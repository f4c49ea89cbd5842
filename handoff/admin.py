"""The admin of this floor, by matter."""

from handoff import admin_brake as admin_brake
from handoff import admin_closing as admin_closing
from handoff import admin_teams as admin_teams
from handoff import admin_tickets as admin_tickets
from handoff import admin_triggers as admin_triggers
from handoff import admin_waiting as admin_waiting
