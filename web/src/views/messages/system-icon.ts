import { Archive, ArchiveRestore, Globe, Lock, LogIn, LogOut, Pencil, UserMinus, UserPlus } from '@lucide/vue'
import type { Component } from 'vue'
import type { Post } from '@rookery/sdk/protocol'
import { hasBecomePrivate } from './system-text.ts'

/** What the server tells, at a glance. */
export function systemIcon(post: Pick<Post, 'type' | 'props' | 'message'>): Component {
  const { type } = post
  if (type === 'system_channel_deleted') return Archive
  if (type === 'system_channel_restored') return ArchiveRestore
  if (type === 'system_change_chan_privacy') return hasBecomePrivate(post) ? Lock : Globe
  if (type.includes('_remove_from_')) return UserMinus
  if (type.includes('_add_')) return UserPlus
  if (type.includes('_leave_')) return LogOut
  return type.includes('join_') ? LogIn : Pencil
}
