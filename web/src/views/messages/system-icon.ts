import { Archive, ArchiveRestore, Globe, Lock, LogIn, LogOut, Pencil, UserMinus, UserPlus } from '@lucide/vue'
import type { Component } from 'vue'
import type { Post } from '@rookery/sdk/protocol'

/** What the server tells, at a glance. */
export function systemIcon({ type, message }: Pick<Post, 'type' | 'message'>): Component {
  if (type === 'system_channel_deleted') return Archive
  if (type === 'system_channel_restored') return ArchiveRestore
  if (type === 'system_change_chan_privacy') return /private/i.test(message) ? Lock : Globe
  if (type.includes('_remove_from_')) return UserMinus
  if (type.includes('_add_')) return UserPlus
  if (type.includes('_leave_')) return LogOut
  return type.includes('join_') ? LogIn : Pencil
}
