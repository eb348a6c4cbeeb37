export type { Letter } from './letter.ts'
export { createMails, type MailKind, type Mails } from './mails.ts'
export { createNotifications } from './notifications.ts'
export { createSmtp, type MailServerSettings } from './smtp.ts'
