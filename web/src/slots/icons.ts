import {
  Activity, Bell, Bookmark, Bot, Calendar, ChartColumn, Check, Clipboard, Clock, Code, Flag, Folder, Globe, Heart, Inbox, Link, List, ListTodo, Map as MapIcon, Phone, Puzzle, Search, Shield, Smile, SquareSlash, Star, StickyNote, Tag,
  Ticket, Users, Video, Wrench,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { WebIcon } from '@rookery/sdk/protocol'

const icons: Readonly<Record<WebIcon, Component>> = {
  activity: Activity, bell: Bell, bookmark: Bookmark, bot: Bot, calendar: Calendar, chart: ChartColumn, check: Check, clipboard: Clipboard, clock: Clock, code: Code, flag: Flag, folder: Folder, globe: Globe, heart: Heart, inbox: Inbox, link: Link,
  list: List, map: MapIcon, note: StickyNote, phone: Phone, poll: ListTodo, puzzle: Puzzle, search: Search, shield: Shield, slash: SquareSlash, smile: Smile, star: Star, tag: Tag, ticket: Ticket, users: Users, video: Video, wrench: Wrench,
}

export const iconOf = (name: WebIcon | undefined): Component => icons[name ?? 'puzzle']
