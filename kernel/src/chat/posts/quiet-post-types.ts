/** What the server says about people who come and go: nobody has to read it, so it leaves a channel as read as it was. */
export const quietPostTypes: readonly string[] = [
  'system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', 'system_add_to_channel', 'system_remove_from_channel',
  'system_join_team', 'system_leave_team', 'system_add_to_team', 'system_remove_from_team', 'system_guest_join_channel', 'system_add_guest_to_chan',
]
